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
