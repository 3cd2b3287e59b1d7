/** The engine says what to ask anew; the queries behind those words are asked again. */
import { useQueryClient, type QueryKey } from "@tanstack/react-query";
import { listen, type UnlistenFn } from "@tauri-apps/api/event";
import { useEffect } from "react";
import type { Tag } from "./generated/bindings";

const QUERIES: Record<Tag, readonly QueryKey[]> = {
  feed: [["overview"]],
  accounts: [["overview"]],
  agenda: [["agenda"]],
  conflicts: [["decisions"], ["overview"]],
};

export function useNews(): void {
  const client = useQueryClient();
  useEffect(() => {
    let gone = false;
    let stop: UnlistenFn | undefined;
    const listening = listen<Tag>("changed", ({ payload }) => {
      for (const queryKey of QUERIES[payload]) void client.invalidateQueries({ queryKey });
    });
    void listening.then((unlisten) => {
      if (gone) unlisten();
      else stop = unlisten;
    });
    return () => {
      gone = true;
      stop?.();
    };
  }, [client]);
}
