/** The desktop around the window. */
import { queryOptions, useMutation } from "@tanstack/react-query";
import { call } from "./ipc";

export const trayQuery = queryOptions({
  queryKey: ["tray"],
  queryFn: () => call("tray_is_there", {}),
});

export const useQuit = () => useMutation({ mutationFn: () => call("quit", {}) });
