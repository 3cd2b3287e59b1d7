import Dialog from "@mui/material/Dialog";
import { useState } from "react";
import type { AccountEntry, PresetEntry } from "../../../api/generated/bindings";
import { CalendarsStep } from "./CalendarsDialog";
import { PresetStep } from "./PresetStep";
import { SignInStep } from "./SignInStep";

interface AddAccountDialogProps {
  accounts: readonly AccountEntry[];
  onClose: () => void;
}

/** Three steps: which kind; sign in; which of its calendars. After the second the account is there. */
export function AddAccountDialog({ accounts, onClose }: AddAccountDialogProps) {
  const [preset, setPreset] = useState<PresetEntry | null>(null);
  const [added, setAdded] = useState<AccountEntry | null>(null);
  // As soon as the overview knows it, its entry there is the newer one.
  const account = accounts.find((each) => each.id === added?.id) ?? added;
  return (
    <Dialog open onClose={onClose} aria-labelledby="account-title" maxWidth="sm" fullWidth>
      {preset === null && <PresetStep onPreset={setPreset} onClose={onClose} />}
      {preset !== null && account === null && (
        <SignInStep
          preset={preset}
          onBack={() => {
            setPreset(null);
          }}
          onAdded={setAdded}
        />
      )}
      {account !== null && <CalendarsStep account={account} title={`${account.name} is connected`} onClose={onClose} />}
    </Dialog>
  );
}
