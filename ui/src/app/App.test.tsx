import { render, screen, within } from "@testing-library/react";
import { App } from "./App";
import { fakeBackend, ICLOUD, PORT_TAKEN, SERVING, tell } from "../test/fakeBackend";

test("the addresses of the feed are shown, each with a button that copies it", async () => {
  fakeBackend();
  render(<App />);
  const address = await screen.findByRole("group", { name: "Address" });
  expect(within(address).getByText("http://127.0.0.1:5100/")).toBeVisible();
  expect(within(address).getByRole("button", { name: "Copy address" })).toBeEnabled();
  expect(screen.getByText("https://127.0.0.1:5101/")).toBeVisible();
  expect(screen.getByText("Up to date")).toBeVisible();
});

test("every part of the page is a named landmark", async () => {
  fakeBackend();
  render(<App />);
  for (const name of ["Today", "Accounts", "Your calendar address", "Connected apps", "Calendars", "Privacy"]) {
    expect(await screen.findByRole("region", { name })).toBeVisible();
  }
});

test("while the engine has not answered the page says that it loads", () => {
  fakeBackend();
  render(<App />);
  expect(screen.getByRole("status", { name: "Loading" })).toBeVisible();
});

test("a command that fails shows the engine's message and can be tried again", async () => {
  const backend = fakeBackend({ overview: { code: "database", message: "The database is from a newer version." } });
  render(<App />);
  expect(await screen.findByText("The database is from a newer version.")).toBeVisible();
  backend.overview = SERVING;
  screen.getByRole("button", { name: "Try again" }).click();
  expect(await screen.findByText("http://127.0.0.1:5100/")).toBeVisible();
});

test("a stopped feed says why, and starts again when asked", async () => {
  const stopped = {
    ...SERVING,
    feed: { state: "stopped" as const, problem: PORT_TAKEN },
    standing: { sign: "needs-you" as const, words: "Calendar apps cannot connect" },
  };
  const backend = fakeBackend({ overview: stopped, afterRestart: SERVING });
  render(<App />);
  expect(await screen.findByText(PORT_TAKEN.message)).toBeVisible();
  expect(screen.getByText("Calendar apps cannot connect")).toBeVisible();
  expect(screen.getByRole("button", { name: "Add account" })).toBeDisabled();
  expect(screen.getByRole("button", { name: "Connect an app" })).toBeDisabled();
  screen.getByRole("button", { name: "Try again" }).click();
  expect(await screen.findByText("http://127.0.0.1:5100/")).toBeVisible();
  expect(backend.asked.map(([command]) => command)).toEqual(["restart_feed"]);
});

test("without a network the page says that nothing is lost", async () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  fakeBackend();
  render(<App />);
  expect(await screen.findByText(/You are offline/)).toBeVisible();
});

test("news of the engine are shown at once", async () => {
  const backend = fakeBackend();
  render(<App />);
  expect(await screen.findByText("No account yet")).toBeVisible();
  backend.overview = { ...SERVING, accounts: [ICLOUD], standing: { sign: "syncing", words: "Syncing…" } };
  backend.agenda = {
    from: "2026-03-10",
    timeZone: null,
    entries: [{ start: "2026-03-10", end: "2026-03-11", allDay: true, title: "Conference", location: null, calendar: "Practice", color: null, uid: "c" }],
  };
  await tell("accounts");
  expect(await screen.findByText("Syncing…")).toBeVisible();
  expect(screen.queryByText("Conference")).not.toBeInTheDocument();
  await tell("agenda");
  expect(await screen.findByText("Conference")).toBeVisible();
});

test("all accounts are synced from the top of the page", async () => {
  const backend = fakeBackend({ overview: { ...SERVING, accounts: [ICLOUD] } });
  render(<App />);
  (await screen.findByRole("button", { name: "Sync now" })).click();
  await vi.waitFor(() => {
    expect(backend.asked).toEqual([["sync_now", { account: null }]]);
  });
});

test.each([
  [true, /the icon in the tray brings it back/],
  [false, /shows no tray icon.*start the companion again to see it, or quit it here/],
])("with a tray: %s, the page says what closing the window does, and quits when asked", async (tray, words) => {
  const backend = fakeBackend({ tray });
  render(<App />);
  expect(await screen.findByText(words)).toBeVisible();
  screen.getByRole("button", { name: "Quit" }).click();
  await vi.waitFor(() => {
    expect(backend.asked).toEqual([["quit", {}]]);
  });
});
