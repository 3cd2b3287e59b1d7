import { useRemoveAccount } from "../../../api/accounts";
import type { AccountEntry } from "../../../api/generated/bindings";
import { ConfirmDialog } from "../../../components/ConfirmDialog";
import { waitingWords } from "../state";

export function RemoveDialog({ account, onClose }: { account: AccountEntry; onClose: () => void }) {
  return (
    <ConfirmDialog
      title={`Remove ${account.name}?`}
      text={`The copies of its calendars and its password are removed from this computer. Nothing is deleted at ${account.provider}.`}
      loss={account.waiting > 0 ? `${waitingWords(account.waiting)}; with the account they are lost.` : undefined}
      verb="Remove"
      deed={useRemoveAccount()}
      subject={account.id}
      onClose={onClose}
    />
  );
}
