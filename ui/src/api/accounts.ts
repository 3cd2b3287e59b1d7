/** What the window asks of accounts. Their state stands in the overview; these change it. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "./ipc";
import { overviewQuery } from "./overview";
import type { AccountRequest, CalendarChange } from "./generated/bindings";

/** The kinds of accounts: they do not change while the app runs. */
export const presetsQuery = queryOptions({
  queryKey: ["presets"],
  queryFn: () => call("presets", {}),
  staleTime: Infinity,
});

/** A mutation after which the overview is asked anew, also when it failed: it may have failed half way. */
function useAccountMutation<Args, Answer>(mutationFn: (args: Args) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => client.invalidateQueries({ queryKey: overviewQuery.queryKey }),
  });
}

export const useAddAccount = () => useAccountMutation((request: AccountRequest) => call("add_account", { request }));

export const useReconnectAccount = () =>
  useAccountMutation((args: { account: number; password: string }) => call("reconnect_account", args));

/** Signs in in the browser; it takes as long as the doctor does. */
export const useConnectAccount = () =>
  useAccountMutation((preset: string) => call("connect_account", { preset, name: null }));

export const useReconnectInBrowser = () =>
  useAccountMutation((account: number) => call("reconnect_in_browser", { account }));

/** Ends the sign-in that is under way; its mutation fails then. */
export const useCancelConnecting = () => useMutation({ mutationFn: () => call("cancel_connecting", {}) });

/** Removes an account and tells what stays at its provider. The dialog may be gone by then, so it is told here. */
export function useRemoveAccount(onRemoved: (note: string | null) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (account: number) => call("remove_account", { account }),
    onSuccess: onRemoved,
    onSettled: () => client.invalidateQueries({ queryKey: overviewQuery.queryKey }),
  });
}

/** A round of one account, or of all. */
export const useSyncNow = () => useAccountMutation((account: number | null) => call("sync_now", { account }));

export const useChooseCalendar = () =>
  useAccountMutation((args: { calendar: number; chosen: boolean }) => call("choose_calendar", args));

export const useChangeCalendar = () =>
  useAccountMutation((args: { calendar: number; change: CalendarChange }) => call("change_calendar", args));

export const useOpenHelp = () => useMutation({ mutationFn: (preset: string) => call("open_help", { preset }) });
