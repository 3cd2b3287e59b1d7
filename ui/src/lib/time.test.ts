import { ago, clock, dayOf, until, weekday } from "./time";

const NOW = new Date("2026-03-10T12:00:00Z");

test.each([
  ["2026-03-10T11:59:30Z", "just now"],
  ["2026-03-10T12:00:30Z", "just now"],
  ["2026-03-10T11:55:00Z", "5 minutes ago"],
  ["2026-03-10T09:30:00Z", "2 hours ago"],
  ["2026-03-09T11:00:00Z", "yesterday"],
  ["2026-03-05T12:00:00Z", "5 days ago"],
  ["2026-02-01T12:00:00Z", "February 1, 2026"],
])("%s is %s", (instant, words) => {
  expect(ago(instant, NOW, "en")).toBe(words);
});

test.each([
  ["2026-03-10T11:59:30Z", "in a moment"],
  ["2026-03-10T12:00:30Z", "in a moment"],
  ["2026-03-10T12:03:00Z", "in 3 minutes"],
  ["2026-03-10T14:00:00Z", "in 2 hours"],
])("%s is tried again %s", (instant, words) => {
  expect(until(instant, NOW, "en")).toBe(words);
});

test("times and days are those of the zone that is named", () => {
  expect(clock("2026-03-10T23:05:00Z", "Europe/Berlin", "en")).toBe("00:05");
  expect(dayOf(new Date("2026-03-10T23:05:00Z"), "Europe/Berlin")).toBe("2026-03-11");
  expect(weekday("2026-12-24", "en")).toBe("Thursday, December 24");
});
