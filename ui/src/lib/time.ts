/** Times in words: `just now`, `5 minutes ago`, `yesterday`, and a plain date beyond a week. */

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number, number][] = [
  ["minute", 60, 60],
  ["hour", 3600, 24],
  ["day", 86_400, 7],
];

export function ago(instant: string, now: Date, locale?: string): string {
  const then = new Date(instant);
  const seconds = (now.getTime() - then.getTime()) / 1000;
  if (seconds < 60) return "just now";
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, size, limit] of STEPS) {
    const count = Math.floor(seconds / size);
    if (count < limit) return words.format(-count, unit);
  }
  return day(instant, locale);
}

export function day(instant: string, locale?: string): string {
  return new Date(instant).toLocaleDateString(locale, { day: "numeric", month: "long", year: "numeric" });
}

/** `in 5 minutes`, `in 2 hours`; `in a moment` below a minute. */
export function until(instant: string, now: Date, locale?: string): string {
  const seconds = (new Date(instant).getTime() - now.getTime()) / 1000;
  if (seconds < 60) return "in a moment";
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  return seconds < 3600 ? words.format(Math.round(seconds / 60), "minute") : words.format(Math.round(seconds / 3600), "hour");
}

/** The time on the wall, like `09:30`, in a zone. */
export function clock(instant: string, timeZone: string | null, locale?: string): string {
  return new Date(instant).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...zoned(timeZone) });
}

/** The calendar day of an instant, like `2026-12-24`, in a zone. */
export function dayOf(instant: Date, timeZone: string | null): string {
  return instant.toLocaleDateString("sv-SE", zoned(timeZone));
}

/** A day like `2026-12-24` in words: `Thursday, December 24`. */
export function weekday(day: string, locale?: string): string {
  return new Date(`${day}T00:00:00`).toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long" });
}

function zoned(timeZone: string | null): { timeZone?: string } {
  return timeZone === null ? {} : { timeZone };
}
