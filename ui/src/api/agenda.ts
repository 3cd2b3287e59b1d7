/** What takes place on one day. */
import { queryOptions } from "@tanstack/react-query";
import { call } from "./ipc";

/** `today` is the day as the window knows it: when it turns, the question is another one. */
export const todayQuery = (today: string) =>
  queryOptions({
    queryKey: ["agenda", today],
    queryFn: () => call("agenda", { range: { from: today, days: 1 } }),
  });
