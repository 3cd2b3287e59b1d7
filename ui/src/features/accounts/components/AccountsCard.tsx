import Button from "@mui/material/Button";
import List from "@mui/material/List";
import { useState } from "react";
import type { AccountEntry } from "../../../api/generated/bindings";
import { Empty } from "../../../components/Empty";
import { CloudSign, PlusSign } from "../../../components/icons";
import { Section } from "../../../components/Section";
import { AccountRow } from "./AccountRow";
import { AddAccountDialog } from "./AddAccountDialog";
import { CalendarsDialog } from "./CalendarsDialog";
import { FarewellDialog } from "./FarewellDialog";
import { ReconnectDialog } from "./ReconnectDialog";
import { RemoveDialog } from "./RemoveDialog";

type Open =
  | { dialog: "add" }
  | { dialog: "calendars" | "reconnect" | "remove"; account: number }
  | { dialog: "farewell"; name: string; note: string }
  | null;

interface AccountsCardProps {
  accounts: readonly AccountEntry[];
  /** Whether the engine runs, so that accounts can be added. */
  running: boolean;
}

/** The accounts whose calendars are kept in step, how each is, and the way to add one. */
export function AccountsCard({ accounts, running }: AccountsCardProps) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => {
    setOpen(null);
  };
  const add = (
    <Button
      variant={accounts.length === 0 ? "contained" : "outlined"}
      startIcon={<PlusSign />}
      disabled={!running}
      onClick={() => {
        setOpen({ dialog: "add" });
      }}
    >
      Add account
    </Button>
  );
  return (
    <Section title="Accounts" action={add}>
      {accounts.length === 0 ? (
        <Empty sign={CloudSign} title="No account yet">
          Add Google, Outlook, iCloud or another calendar account; it is kept in step in both directions.
        </Empty>
      ) : (
        <List disablePadding aria-label="Accounts">
          {accounts.map((account) => (
            <AccountRow
              key={account.id}
              account={account}
              onCalendars={() => {
                setOpen({ dialog: "calendars", account: account.id });
              }}
              onReconnect={() => {
                setOpen({ dialog: "reconnect", account: account.id });
              }}
            />
          ))}
        </List>
      )}
      {open?.dialog === "add" && <AddAccountDialog accounts={accounts} onClose={close} />}
      {open?.dialog === "farewell" && <FarewellDialog name={open.name} note={open.note} onClose={close} />}
      {open !== null && "account" in open && (
        <OfAccount
          open={open}
          accounts={accounts}
          onRemove={() => {
            setOpen({ dialog: "remove", account: open.account });
          }}
          onRemoved={(name, note) => {
            setOpen(note === null ? null : { dialog: "farewell", name, note });
          }}
          onClose={() => {
            // A dialog that ends late must not close the one that took its place.
            setOpen((now) => (now === open ? null : now));
          }}
        />
      )}
    </Section>
  );
}

interface OfAccountProps {
  open: { dialog: "calendars" | "reconnect" | "remove"; account: number };
  accounts: readonly AccountEntry[];
  onRemove: () => void;
  onRemoved: (name: string, note: string | null) => void;
  onClose: () => void;
}

/** The dialogs of one account show it as it is now; when it is gone, so are they. */
function OfAccount({ open, accounts, onRemove, onRemoved, onClose }: OfAccountProps) {
  const account = accounts.find((each) => each.id === open.account);
  if (account === undefined) return null;
  switch (open.dialog) {
    case "calendars":
      return <CalendarsDialog account={account} onRemove={onRemove} onClose={onClose} />;
    case "reconnect":
      return <ReconnectDialog account={account} onClose={onClose} />;
    case "remove":
      return (
        <RemoveDialog
          account={account}
          onRemoved={(note) => {
            onRemoved(account.name, note);
          }}
          onClose={onClose}
        />
      );
  }
}
