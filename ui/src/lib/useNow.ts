import { useEffect, useState } from "react";

const A_MINUTE = 60_000;

/** The time, told anew at the turn of every minute. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = window.setTimeout(
      () => {
        setNow(new Date());
      },
      A_MINUTE - (now.getTime() % A_MINUTE),
    );
    return () => {
      window.clearTimeout(timer);
    };
  }, [now]);
  return now;
}
