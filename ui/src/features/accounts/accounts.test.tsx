import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { AccountCalendar, AccountEntry, Problem, Trouble } from "../../api/generated/bindings";
import { choose, show } from "../../test/accountsCard";
import { ICLOUD } from "../../test/fakeBackend";
import { stateWords } from "./state";

const [PRACTICE] = ICLOUD.calendars as [AccountCalendar];

const REFUSED: Trouble = {
  code: "password-refused",
  message: "The server does not accept the password.",
  fix: "Make a new app password and type it here.",
  since: "2026-03-10T08:00:00Z",
};

test("without an account the card says what one is for", () => {
  show([]);
  expect(screen.getByText("No account yet")).toBeVisible();
  expect(screen.getByRole("button", { name: "Add account" })).toBeEnabled();
});

test.each<[Partial<AccountEntry>, string]>([
  [{}, "Up to date · checked 5 minutes ago"],
  [{ checkedAt: "2026-03-10T08:04:30Z" }, "Up to date"],
  [{ checkedAt: null }, "Connected"],
  [{ state: "syncing" }, "Syncing…"],
  [{ state: "syncing", checkedAt: null }, "Reading your calendars for the first time…"],
  [{ state: "retrying", retryAt: "2026-03-10T08:08:00Z" }, "As of 5 minutes ago · trying again in 3 minutes"],
  [{ state: "needs-you" }, "As of 5 minutes ago"],
  [{ state: "needs-you", checkedAt: null }, "Not read yet"],
])("an account %o says %s", (how, words) => {
  expect(stateWords({ ...ICLOUD, ...how }, new Date("2026-03-10T08:05:00Z")).trim()).toBe(words);
});

test("iCloud is added with a user name and an app password, and its calendars can be chosen", async () => {
  const backend = show([]);
  const user = await choose("iCloud");
  expect(screen.getByText(/app-specific password/)).toBeVisible();
  expect(screen.queryByRole("textbox", { name: /Server address/ })).not.toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Open the page" }));
  expect(screen.getByRole("button", { name: "Connect" })).toBeDisabled();
  await user.type(screen.getByRole("textbox", { name: /User name/ }), " dr@example.org ");
  await user.type(screen.getByLabelText(/Password/), "abcd-efgh");
  await user.click(screen.getByRole("button", { name: "Connect" }));
  expect(await screen.findByText("iCloud is connected")).toBeVisible();
  await user.click(screen.getByRole("checkbox", { name: "Holidays" }));
  await user.click(screen.getByRole("switch", { name: "Practice takes my time" }));
  expect(backend.asked).toEqual([
    ["open_help", { preset: "icloud" }],
    ["add_account", { request: { preset: "icloud", address: null, user: "dr@example.org", password: "abcd-efgh", name: null } }],
    ["choose_calendar", { calendar: 72, chosen: true }],
    ["change_calendar", { calendar: 71, change: { busy: false } }],
  ]);
});

test.each<[Problem["code"], RegExp]>([
  ["address", /Server address/],
  ["password", /Password/],
])("a refusal with the code %s stands at its field, until that is changed", async (code, name) => {
  const message = "This is refused, and that is what helps.";
  show([], { addAccount: { code, message } });
  const user = await choose("Another server");
  await user.type(screen.getByRole("textbox", { name: /Server address/ }), "cloud.example.org");
  await user.type(screen.getByRole("textbox", { name: /User name/ }), "dr");
  await user.type(screen.getByLabelText(/Password/), "guess");
  await user.click(screen.getByRole("button", { name: "Connect" }));
  const field = screen.getByLabelText(name);
  await vi.waitFor(() => {
    expect(field).toBeInvalid();
  });
  expect(field).toHaveAccessibleDescription(message);
  await user.type(field, "x");
  expect(field).not.toBeInvalid();
  expect(screen.queryByText(message)).not.toBeInTheDocument();
});

test("where no address is asked, what is wrong with it stands at the user name; the rest stands below", async () => {
  const backend = show([], { addAccount: { code: "address", message: "There is no calendar at example.org." } });
  const user = await choose("iCloud");
  await user.type(screen.getByRole("textbox", { name: /User name/ }), "dr");
  await user.type(screen.getByLabelText(/Password/), "guess");
  await user.click(screen.getByRole("button", { name: "Connect" }));
  expect(await screen.findByText("There is no calendar at example.org.")).toBeVisible();
  expect(screen.getByRole("textbox", { name: /User name/ })).toBeInvalid();
  backend.addAccount = { code: "account", message: "There is already an account of this name." };
  await user.click(screen.getByRole("button", { name: "Connect" }));
  expect(await screen.findByText("There is already an account of this name.")).toBeVisible();
  expect(screen.getByRole("textbox", { name: /User name/ })).not.toBeInvalid();
});

test("a refused password is mended where it is seen", async () => {
  const user = userEvent.setup();
  const backend = show([{ ...ICLOUD, state: "needs-you", problem: REFUSED }], {
    reconnect: { code: "password", message: "This one is refused too." },
  });
  expect(screen.getByText(/The server does not accept the password\. Make a new/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "New password" }));
  await user.type(screen.getByLabelText(/Password/), "wrong");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByText("This one is refused too.")).toBeVisible();
  delete backend.reconnect;
  await user.type(screen.getByLabelText(/Password/), "-right");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  await vi.waitFor(() => {
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });
  expect(backend.asked.at(-1)).toEqual(["reconnect_account", { account: 7, password: "wrong-right" }]);
});

test("any other problem offers to try at once", async () => {
  const user = userEvent.setup();
  const offline: Trouble = { ...REFUSED, code: "offline", message: "The server cannot be reached.", fix: "" };
  const backend = show([{ ...ICLOUD, state: "retrying", problem: offline, waiting: 2 }]);
  expect(screen.getByText("2 changes wait to be sent")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Try now" }));
  expect(backend.asked).toEqual([["sync_now", { account: 7 }]]);
});

test("a calendar with a problem of its own says so", () => {
  const [practice, holidays] = ICLOUD.calendars;
  if (practice === undefined || holidays === undefined) throw new Error("the sample has two calendars");
  const gone: Trouble = { ...REFUSED, code: "calendar-gone", message: "The provider lists it no more.", fix: "Look there." };
  show([{ ...ICLOUD, calendars: [{ ...practice, problem: gone }, holidays] }]);
  expect(screen.getByText(/The provider lists it no more\. Look there\./)).toBeVisible();
});

test("a copy with unsent changes is not taken away without a word", async () => {
  const user = userEvent.setup();
  const [practice] = ICLOUD.calendars;
  if (practice === undefined) throw new Error("the sample has a calendar");
  const backend = show([{ ...ICLOUD, calendars: [{ ...practice, waiting: 1 }] }]);
  await user.click(screen.getByRole("button", { name: "Calendars of iCloud" }));
  await user.click(screen.getByRole("checkbox", { name: "Practice" }));
  expect(screen.getByText("1 change waits to be sent; without the copy they are lost.")).toBeVisible();
  expect(backend.asked).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Remove the copy" }));
  expect(backend.asked).toEqual([["choose_calendar", { calendar: 71, chosen: false }]]);
});

test("removing an account asks first and says what is lost", async () => {
  const user = userEvent.setup();
  const backend = show([{ ...ICLOUD, waiting: 3 }]);
  await user.click(screen.getByRole("button", { name: "Calendars of iCloud" }));
  await user.click(screen.getByRole("button", { name: "Remove account" }));
  const dialog = screen.getByRole("dialog", { name: "Remove iCloud?" });
  expect(within(dialog).getByText(/3 changes wait to be sent/)).toBeVisible();
  expect(within(dialog).getByRole("button", { name: "Keep" })).toHaveFocus();
  await user.click(within(dialog).getByRole("button", { name: "Remove" }));
  await vi.waitFor(() => {
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });
  expect(backend.asked).toEqual([["remove_account", { account: 7 }]]);
});

test("a calendar gets its own name, colour, place and purpose", async () => {
  const second = { ...PRACTICE, id: 73, displayName: "Ward", providerName: "Ward" };
  const backend = show([{ ...ICLOUD, calendars: [PRACTICE, second] }]);
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Calendars of iCloud" }));
  await user.click(screen.getByRole("switch", { name: "Ward receives visits" }));
  await user.click(screen.getByRole("button", { name: "Colour of Ward" }));
  await user.click(screen.getByRole("menuitem", { name: "Teal" }));
  expect(screen.getByRole("button", { name: "Move Practice up" })).toBeDisabled();
  expect(screen.getByRole("button", { name: "Move Ward down" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Move Ward up" }));
  await user.click(screen.getByRole("button", { name: "Rename Ward" }));
  const field = screen.getByRole("textbox", { name: "Name here" });
  await user.clear(field);
  await user.type(field, " Station 7 {Enter}");
  const changes = backend.asked.filter(([command]) => command === "change_calendar").map(([, args]) => args);
  expect(changes).toEqual([
    { calendar: 73, change: { visits: true } },
    { calendar: 73, change: { color: "#0f8b8d" } },
    { calendar: 73, change: { move: "up" } },
    { calendar: 73, change: { name: "Station 7" } },
  ]);
});

test("no visit is written into a calendar for reading", async () => {
  show([{ ...ICLOUD, calendars: [{ ...PRACTICE, access: "read-only" }] }]);
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Calendars of iCloud" }));
  expect(screen.getByRole("switch", { name: "Practice receives visits" })).toBeDisabled();
});

test("the dialog says how well both sides agree", async () => {
  const calendar = { ...PRACTICE, keptHere: 2, compared: { at: "2026-03-10T08:00:00Z", entries: 120, differing: 0 } };
  show([{ ...ICLOUD, refreshes: { tried: 9, succeeded: 8 }, calendars: [calendar] }]);
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Calendars of iCloud" }));
  expect(screen.getByText(/renewed 8 of 9 times/)).toBeVisible();
  expect(screen.getByText(/2 entries hold details that the provider cannot keep/)).toHaveTextContent("All 120 entries are the same");
});
