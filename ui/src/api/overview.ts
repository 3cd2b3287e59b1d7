/** The one question the window asks, and what changes its answer. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "./ipc";
import type { LoginRequest } from "./generated/bindings";

const EVERY_FEW_SECONDS = 5000;

/** Asked again while the window is seen: a calendar app signs in whenever it likes. */
export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: () => call("overview", {}),
  refetchInterval: EVERY_FEW_SECONDS,
});

export function useRestartFeed() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("restart_feed", {}),
    onSuccess: (overview) => {
      client.setQueryData(overviewQuery.queryKey, overview);
    },
  });
}

export function useAddLogin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: LoginRequest) => call("add_login", { request }),
    onSuccess: () => client.invalidateQueries({ queryKey: overviewQuery.queryKey }),
  });
}

export function useRevokeLogin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (login: string) => call("revoke_login", { login }),
    onSuccess: () => client.invalidateQueries({ queryKey: overviewQuery.queryKey }),
  });
}
