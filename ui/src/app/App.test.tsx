import { render, screen, within } from "@testing-library/react";
import { App } from "./App";
import { fakeBackend, PORT_TAKEN, SERVING } from "../test/fakeBackend";

test("the addresses of the feed are shown, each with a button that copies it", async () => {
  fakeBackend();
  render(<App />);
  const address = await screen.findByRole("group", { name: "Address" });
  expect(within(address).getByText("http://127.0.0.1:5100/")).toBeVisible();
  expect(within(address).getByRole("button", { name: "Copy address" })).toBeEnabled();
  expect(screen.getByText("https://127.0.0.1:5101/")).toBeVisible();
  expect(screen.getByText("Running")).toBeVisible();
});

test("every part of the page is a named landmark", async () => {
  fakeBackend();
  render(<App />);
  for (const name of ["Your calendar address", "Connected apps", "Calendars", "Privacy"]) {
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
  const stopped = { ...SERVING, feed: { state: "stopped" as const, problem: PORT_TAKEN } };
  const backend = fakeBackend({ overview: stopped, afterRestart: SERVING });
  render(<App />);
  expect(await screen.findByText(PORT_TAKEN.message)).toBeVisible();
  expect(screen.getByText("Stopped")).toBeVisible();
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
