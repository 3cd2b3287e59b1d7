import { useCallback, useEffect, useRef, useState } from "react";

export type CopyState = "idle" | "copied" | "failed";

const SHOWN_FOR = 2000;

/** Copies text and says for a moment how it went. */
export function useClipboard(): [CopyState, (text: string) => void] {
  const [state, setState] = useState<CopyState>("idle");
  const timer = useRef<number | undefined>(undefined);

  const show = useCallback((next: CopyState) => {
    setState(next);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      setState("idle");
    }, SHOWN_FOR);
  }, []);

  useEffect(() => () => {
    window.clearTimeout(timer.current);
  }, []);

  const copy = useCallback(
    (text: string) => {
      write(text).then(
        () => {
          show("copied");
        },
        () => {
          show("failed");
        },
      );
    },
    [show],
  );
  return [state, copy];
}

/** Older webviews have no clipboard object, or refuse it; a selected text field still copies. */
async function write(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("aria-hidden", "true");
    field.style.position = "fixed";
    field.style.opacity = "0";
    document.body.append(field);
    field.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way left where the clipboard object is refused
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error("the clipboard refuses");
  }
}
