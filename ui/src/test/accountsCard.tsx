import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { AccountEntry } from "../api/generated/bindings";
import { AccountsCard } from "../features/accounts/components/AccountsCard";
import { fakeBackend, type Backend } from "./fakeBackend";
import { Still } from "./Still";

/** The card of the accounts over such a backend. */
export function show(accounts: AccountEntry[], given: Partial<Backend> = {}): Backend {
  const backend = fakeBackend(given);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <AccountsCard accounts={accounts} running />
    </QueryClientProvider>,
    { wrapper: Still },
  );
  return backend;
}

/** Opens the dialog and chooses this kind of account. */
export async function choose(kind: string) {
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Add account" }));
  await user.click(await screen.findByRole("button", { name: kind }));
  return user;
}
