import createCache from "@emotion/cache";
import { CacheProvider } from "@emotion/react";
import type { ReactNode } from "react";

/** The page forbids every style that does not carry this load's nonce; ours do. */
const nonce = document.querySelector<HTMLStyleElement>("style#nonce")?.nonce;
const cache = createCache({ key: "css", ...(nonce ? { nonce } : {}) });

export function Styles({ children }: { children: ReactNode }) {
  return <CacheProvider value={cache}>{children}</CacheProvider>;
}
