/** What waits for a look of the doctor, and the answers. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call, type Commands } from "./ipc";

export const decisionsQuery = queryOptions({
  queryKey: ["decisions"],
  queryFn: () => call("decisions", {}),
});

export function useRestore() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (conflict: number) => call("restore", { conflict }),
    onSettled: () => client.invalidateQueries({ queryKey: decisionsQuery.queryKey }),
  });
}

export function useDecideDeletions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Commands["decide_deletions"]["args"]) => call("decide_deletions", args),
    onSettled: () => client.invalidateQueries({ queryKey: decisionsQuery.queryKey }),
  });
}
