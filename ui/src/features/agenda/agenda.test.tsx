import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import type { AgendaEntry } from "../../api/generated/bindings";
import { fakeBackend, type Backend } from "../../test/fakeBackend";
import { Still } from "../../test/Still";
import { AgendaCard } from "./components/AgendaCard";

const VISIT: AgendaEntry = {
  start: "2026-03-10T09:00:00Z",
  end: "2026-03-10T09:30:00Z",
  allDay: false,
  title: "Mrs. Weber",
  location: "Room 2",
  calendar: "Practice",
  color: "#2a7de1",
  uid: "visit",
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-03-10T09:10:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

function show(given: Partial<Backend>) {
  fakeBackend(given);
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <AgendaCard />
    </QueryClientProvider>,
    { wrapper: Still },
  );
}

const day = (entries: AgendaEntry[]) => ({ agenda: { from: "2026-03-10", timeZone: "Europe/Berlin", entries } });

test("the entries of today stand with their times in the zone of the engine, and the present one is marked", async () => {
  show(
    day([
      { ...VISIT, uid: "early", title: "Ward round", start: "2026-03-10T07:00:00Z", end: "2026-03-10T08:00:00Z" },
      VISIT,
      { ...VISIT, uid: "late", title: "On duty", location: null, start: "2026-03-10T20:00:00Z", end: "2026-03-11T06:00:00Z" },
      { ...VISIT, uid: "day", title: "Conference", allDay: true, start: "2026-03-10", end: "2026-03-11" },
    ]),
  );
  const rows = await screen.findAllByRole("listitem");
  expect(rows.map((row) => row.textContent)).toEqual([
    "08:0009:00Ward roundRoom 2 · Practice",
    "10:0010:30Mrs. WeberRoom 2 · PracticeNow",
    "21:00laterOn dutyPractice",
    "All dayConferenceRoom 2 · Practice",
  ]);
  expect(rows.map((row) => row.getAttribute("aria-current"))).toEqual([null, "time", null, null]);
});

test("an empty day says so", async () => {
  show(day([]));
  expect(await screen.findByText("Nothing is planned today")).toBeVisible();
});

test("while the engine has not answered, and when it cannot, the card says so", async () => {
  show({ agenda: { code: "database", message: "The database cannot be read." } });
  expect(screen.getByRole("status", { name: "Loading today" })).toBeVisible();
  const region = await screen.findByRole("region", { name: "Today" });
  expect(await within(region).findByText("The database cannot be read.")).toBeVisible();
});
