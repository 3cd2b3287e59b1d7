/** How an account is, in a few words for its row. The judgement is the engine's; here are only words and colours. */
import type { AccountEntry, AccountState, Compared, Refreshes } from "../../api/generated/bindings";
import { ago, until } from "../../lib/time";

export const STATE_COLORS: Record<AccountState, string> = {
  ok: "success.main",
  syncing: "primary.main",
  retrying: "warning.main",
  "needs-you": "error.main",
};

export function stateWords(account: AccountEntry, now: Date): string {
  switch (account.state) {
    case "ok":
      return account.checkedAt === null ? "Connected" : `Up to date ${age(account.checkedAt, now)}`;
    case "syncing":
      return account.checkedAt === null ? "Reading your calendars for the first time…" : "Syncing…";
    case "retrying":
      return [dataAge(account, now), account.retryAt === null ? "trying again" : `trying again ${until(account.retryAt, now)}`].join(" · ");
    case "needs-you":
      return dataAge(account, now);
  }
}

/** How old what is seen here may be. */
function dataAge(account: AccountEntry, now: Date): string {
  return account.checkedAt === null ? "Not read yet" : `As of ${ago(account.checkedAt, now)}`;
}

function age(checkedAt: string, now: Date): string {
  const words = ago(checkedAt, now);
  return words === "just now" ? "" : `· checked ${words}`;
}

/** `1 change waits to be sent`. */
export function waitingWords(count: number): string {
  return count === 1 ? "1 change waits to be sent" : `${count} changes wait to be sent`;
}

/** How both sides compared when everything was last listed. */
export function comparedWords({ entries, differing }: Compared): string {
  if (differing > 0) return `When last compared, ${differing} of ${entries} entries differed from the provider's.`;
  return entries === 1 ? "Its entry is the same as at the provider." : `All ${entries} entries are the same as at the provider.`;
}

/** How often the permission had to be renewed, and how often that worked. */
export function refreshWords({ tried, succeeded }: Refreshes): string {
  if (tried === succeeded) return "The permission was always renewed without you in the last 30 days.";
  return `In the last 30 days the permission was renewed ${succeeded} of ${tried} times; the others were tried again.`;
}
