import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ConflictEntry, Decisions, HeldDeletions } from "../../api/generated/bindings";
import { fakeBackend, type Backend } from "../../test/fakeBackend";
import { Still } from "../../test/Still";
import { DecisionsCard } from "./components/DecisionsCard";

const CONFLICT: ConflictEntry = {
  id: 5,
  kind: "fields",
  calendar: "Practice",
  title: "Team meeting",
  start: "2026-03-10T09:00:00Z",
  winner: "provider",
  lost: ["time", "place"],
  at: "2026-03-10T08:00:00Z",
  restorable: true,
  restoredAt: null,
};

const HELD: HeldDeletions = {
  collection: 71,
  account: "iCloud",
  calendar: "Practice",
  deleted: "provider",
  count: 12,
  titles: ["Mrs. Weber", "Mr. Kaya"],
  since: "2026-03-10T08:00:00Z",
};

function show(decisions: Partial<Decisions>): Backend {
  const backend = fakeBackend({ decisions: { conflicts: [], deletions: [], ...decisions } });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <DecisionsCard />
    </QueryClientProvider>,
    { wrapper: Still },
  );
  return backend;
}

test.each<[Partial<ConflictEntry>, RegExp]>([
  [{}, /Kept as it is at the provider; differed in time, place\./],
  [{ winner: "here", lost: [] }, /Kept as it is here\./],
  [{ kind: "edit-beat-deletion", winner: "here" }, /Changed here, deleted at the provider: it was kept\./],
  [{ kind: "edit-beat-deletion", winner: "provider" }, /Deleted here, changed at the provider: it was kept\./],
  [{ kind: "deletion-beat-edit", winner: "provider" }, /Cancelled by its organizer/],
])("a conflict %o says what happened", async (how, words) => {
  show({ conflicts: [{ ...CONFLICT, ...how }] });
  expect(await screen.findByText(words)).toBeVisible();
});

test("the version that lost can be had again", async () => {
  const user = userEvent.setup();
  const backend = show({ conflicts: [CONFLICT] });
  await user.click(await screen.findByRole("button", { name: "Take the other version of Team meeting" }));
  expect(backend.asked).toEqual([["restore", { conflict: 5 }]]);
});

test("what was restored, or cannot be, offers nothing", async () => {
  show({
    conflicts: [
      { ...CONFLICT, id: 1, restoredAt: "2026-03-10T09:00:00Z" },
      { ...CONFLICT, id: 2, restorable: false },
    ],
  });
  expect(await screen.findByText("Restored")).toBeVisible();
  expect(screen.queryByRole("button")).not.toBeInTheDocument();
});

test("a long list is cut until somebody wants all", async () => {
  const user = userEvent.setup();
  show({ conflicts: [1, 2, 3, 4, 5].map((id) => ({ ...CONFLICT, id })) });
  expect(await screen.findAllByRole("listitem")).toHaveLength(3);
  await user.click(screen.getByRole("button", { name: "Show all 5" }));
  expect(screen.getAllByRole("listitem")).toHaveLength(5);
});

test.each<[Partial<HeldDeletions>, RegExp, string]>([
  [{}, /12 entries of “Practice” were deleted at iCloud\. They are still here\./, "Delete them here too"],
  [{ deleted: "here" }, /12 entries of “Practice” were deleted here\. They are still at iCloud\./, "Delete them at iCloud too"],
])("held deletions %o ask for a word", async (how, words, agree) => {
  const user = userEvent.setup();
  const held = { ...HELD, ...how };
  const backend = show({ deletions: [held] });
  expect(await screen.findByText(words)).toBeVisible();
  expect(screen.getByText("Mrs. Weber, Mr. Kaya and 10 more")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Put them back" }));
  await user.click(await screen.findByRole("button", { name: agree }));
  const about = { collection: 71, deleted: held.deleted };
  expect(backend.asked).toEqual([
    ["decide_deletions", { ...about, decision: "restore" }],
    ["decide_deletions", { ...about, decision: "agree" }],
  ]);
});

test("what cannot be put back is named with the reason", async () => {
  const user = userEvent.setup();
  const backend = show({ deletions: [HELD] });
  backend.stillGone = [{ title: "Mrs. Weber", why: "it is in the calendar again, under another name" }];
  await user.click(await screen.findByRole("button", { name: "Put them back" }));
  expect(await screen.findByText(/“Mrs. Weber” is not back: it is in the calendar again, under another name/)).toBeVisible();
});

test("nothing is shown when nothing waits", async () => {
  const { decisions } = show({});
  await vi.waitFor(() => {
    expect(decisions).toBeDefined();
  });
  expect(screen.queryByRole("region")).not.toBeInTheDocument();
});
