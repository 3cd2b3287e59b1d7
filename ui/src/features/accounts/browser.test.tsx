import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { Problem, Trouble } from "../../api/generated/bindings";
import { choose, show } from "../../test/accountsCard";
import { GOOGLE, PAGE } from "../../test/fakeBackend";

const WITHDRAWN: Trouble = {
  code: "permission-withdrawn",
  message: "The permission was withdrawn.",
  fix: "Connect the account again.",
  since: "2026-03-10T08:00:00Z",
};

const DENIED: Problem = { code: "denied", message: "The permission was not given; connect again and agree." };

test("Google says what its permissions are for, and is connected without a password", async () => {
  const backend = show([], { signIn: GOOGLE });
  const user = await choose("Google");
  const permissions = screen.getByRole("list", { name: "Permissions" });
  expect(within(permissions).getAllByRole("listitem")).toHaveLength(3);
  expect(within(permissions).getByText("To know when you are free.")).toBeVisible();
  expect(screen.queryByLabelText(/Password/)).not.toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Connect in the browser" }));
  expect(await screen.findByText("Google is connected")).toBeVisible();
  expect(backend.asked).toEqual([["connect_account", { preset: "google", name: null }]]);
});

test("while it waits the address is there to copy, and only cancelling ends it", async () => {
  const backend = show([]);
  const user = await choose("Google");
  await user.click(screen.getByRole("button", { name: "Connect in the browser" }));
  expect(await screen.findByText("Waiting for your browser")).toBeVisible();
  const address = await screen.findByRole("group", { name: "Address" });
  expect(within(address).getByText(PAGE)).toBeVisible();
  const dialog = screen.getByRole("dialog");
  if (dialog.parentElement !== null) await user.click(dialog.parentElement);
  expect(screen.getByText("Waiting for your browser")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  expect(await screen.findByRole("button", { name: "Connect in the browser" })).toBeVisible();
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  expect(backend.asked.at(-1)).toEqual(["cancel_connecting", {}]);
});

test("Escape cancels too and leaves the dialog open", async () => {
  const backend = show([]);
  const user = await choose("Google");
  await user.click(screen.getByRole("button", { name: "Connect in the browser" }));
  await screen.findByText("Waiting for your browser");
  await user.keyboard("{Escape}");
  expect(await screen.findByRole("button", { name: "Connect in the browser" })).toBeVisible();
  expect(backend.asked.at(-1)).toEqual(["cancel_connecting", {}]);
});

test("after a no it can be tried again, or another kind be chosen", async () => {
  const backend = show([], { signIn: DENIED });
  const user = await choose("Google");
  await user.click(screen.getByRole("button", { name: "Connect in the browser" }));
  expect(await screen.findByText(DENIED.message)).toBeVisible();
  backend.signIn = { code: "not-registered", message: "This copy of the program is not registered at Google." };
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText(/not registered at Google/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Try again" })).not.toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Back" }));
  await user.click(await screen.findByRole("button", { name: "Google" }));
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
});

test("a withdrawn permission is given again where it is missed", async () => {
  const backend = show([{ ...GOOGLE, state: "needs-you", problem: WITHDRAWN }]);
  const user = userEvent.setup();
  expect(screen.queryByRole("button", { name: "New password" })).not.toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Connect again" }));
  const dialog = await screen.findByRole("dialog", { name: "Connect Google again" });
  expect(within(dialog).getByText(/Sign in as dr@example\.org/)).toBeVisible();
  await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
  await vi.waitFor(() => {
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });
  backend.signIn = DENIED;
  await user.click(screen.getByRole("button", { name: "Connect again" }));
  expect(await screen.findByText(DENIED.message)).toBeVisible();
  backend.signIn = GOOGLE;
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await vi.waitFor(() => {
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });
  const again = ["reconnect_in_browser", { account: 8 }];
  expect(backend.asked).toEqual([again, ["cancel_connecting", {}], again, again]);
});

test("what is left at the provider is said after the account is removed", async () => {
  const user = userEvent.setup();
  const farewell = "The permission can be taken away at https://example.org/apps.";
  show([GOOGLE], { farewell });
  await user.click(screen.getByRole("button", { name: "Calendars of Google" }));
  await user.click(screen.getByRole("button", { name: "Remove account" }));
  const dialog = screen.getByRole("dialog", { name: "Remove Google?" });
  expect(within(dialog).getByText(/copies of its calendars .* Nothing is deleted at Google\./)).toBeVisible();
  await user.click(within(dialog).getByRole("button", { name: "Remove" }));
  const said = await screen.findByRole("dialog", { name: "Google is removed" });
  expect(within(said).getByText(farewell)).toBeVisible();
  await user.click(within(said).getByRole("button", { name: "Done" }));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});
