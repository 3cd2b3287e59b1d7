import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { LoginEntry } from "../../api/generated/bindings";
import { fakeBackend, SERVING, THUNDERBIRD, type Backend } from "../../test/fakeBackend";
import { Still } from "../../test/Still";
import { LoginsCard } from "./components/LoginsCard";

function show(logins: LoginEntry[], given: Partial<Backend> = {}): Backend {
  const backend = fakeBackend(given);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <LoginsCard logins={logins} feed={SERVING.feed} />
    </QueryClientProvider>,
    { wrapper: Still },
  );
  return backend;
}

test("without a login the card says what to do", () => {
  show([]);
  expect(screen.getByText("No app is connected yet")).toBeVisible();
  expect(screen.getByRole("button", { name: "Connect an app" })).toBeEnabled();
});

test("a login shows its user name, its use and what it sees", () => {
  show([THUNDERBIRD, { ...THUNDERBIRD, login: "wall", label: "Wall display", view: "busy", access: "read-only" }]);
  const rows = screen.getAllByRole("listitem");
  expect(rows).toHaveLength(2);
  expect(rows[0]).toHaveTextContent("User name thunderbird · not used yet");
  expect(rows[0]).toHaveTextContent("Everything");
  expect(rows[1]).toHaveTextContent("Busy times onlyRead only");
});

test("connecting an app asks the engine for a login and shows its password once", async () => {
  const user = userEvent.setup();
  const backend = show([]);
  await user.click(screen.getByRole("button", { name: "Connect an app" }));
  const dialog = screen.getByRole("dialog", { name: "Connect an app" });
  expect(within(dialog).getByRole("textbox", { name: "Name" })).toHaveValue("Thunderbird");
  await user.click(within(dialog).getByRole("button", { name: "Make a password" }));
  const password = await screen.findByRole("group", { name: "Password" });
  expect(password).toHaveTextContent("hazel-otter-42");
  expect(screen.getByRole("group", { name: "Address" })).toHaveTextContent("http://127.0.0.1:5100/");
  expect(backend.asked).toEqual([
    ["add_login", { request: { label: "Thunderbird", view: "all", access: "read-write" } }],
  ]);
  await user.click(screen.getByRole("button", { name: "Done" }));
  expect(screen.queryByText("hazel-otter-42")).not.toBeInTheDocument();
});

test("Apple Calendar is told the secure address", async () => {
  const user = userEvent.setup();
  show([]);
  await user.click(screen.getByRole("button", { name: "Connect an app" }));
  await user.click(screen.getByRole("combobox", { name: "Calendar app" }));
  await user.click(screen.getByRole("option", { name: "Apple Calendar" }));
  await user.click(screen.getByRole("button", { name: "Make a password" }));
  expect(await screen.findByRole("group", { name: "Address" })).toHaveTextContent("https://127.0.0.1:5101/");
});

test("an app that sees busy times only cannot write", async () => {
  const user = userEvent.setup();
  const backend = show([]);
  await user.click(screen.getByRole("button", { name: "Connect an app" }));
  await user.click(screen.getByRole("combobox", { name: "It sees" }));
  await user.click(screen.getByRole("option", { name: "Busy times only" }));
  expect(screen.getByRole("switch", { name: "May add and change events" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Make a password" }));
  await screen.findByRole("group", { name: "Password" });
  expect(backend.asked[0]?.[1]).toEqual({ request: { label: "Thunderbird", view: "busy", access: "read-only" } });
});

test("a refusal of the engine is shown and the dialog stays", async () => {
  const user = userEvent.setup();
  const message = "There is already an app of this name; end its access first or choose another name.";
  show([], { addLogin: { code: "login", message } });
  await user.click(screen.getByRole("button", { name: "Connect an app" }));
  await user.click(screen.getByRole("button", { name: "Make a password" }));
  expect(await screen.findByText(message)).toBeVisible();
  expect(screen.getByRole("button", { name: "Make a password" })).toBeEnabled();
});

test("ending an access asks first", async () => {
  const user = userEvent.setup();
  const backend = show([THUNDERBIRD]);
  await user.click(screen.getByRole("button", { name: "End access of Thunderbird" }));
  expect(screen.getByRole("button", { name: "Keep" })).toHaveFocus();
  expect(backend.asked).toEqual([]);
  await user.click(screen.getByRole("button", { name: "End access" }));
  await vi.waitFor(() => {
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });
  expect(backend.asked).toEqual([["revoke_login", { login: "thunderbird" }]]);
});
