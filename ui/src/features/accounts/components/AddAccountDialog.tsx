import Dialog from "@mui/material/Dialog";
import { useState } from "react";
import { useCancelConnecting, useConnectAccount } from "../../../api/accounts";
import type { AccountEntry, PresetEntry } from "../../../api/generated/bindings";
import { BrowserStep } from "./BrowserStep";
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
  const connect = useConnectAccount();
  const cancel = useCancelConnecting();
  // As soon as the overview knows it, its entry there is the newer one.
  const account = accounts.find((each) => each.id === added?.id) ?? added;
  const back = () => {
    setPreset(null);
    connect.reset();
  };
  return (
    <Dialog
      open
      // Who comes back from the browser clicks anywhere: that must not end the sign-in.
      onClose={(_event, reason) => {
        if (!connect.isPending) onClose();
        else if (reason === "escapeKeyDown") cancel.mutate();
      }}
      aria-labelledby="account-title"
      maxWidth="sm"
      fullWidth
    >
      {preset === null && <PresetStep onPreset={setPreset} onClose={onClose} />}
      {preset?.inBrowser === false && account === null && <SignInStep preset={preset} onBack={back} onAdded={setAdded} />}
      {preset?.inBrowser === true && account === null && (
        <BrowserStep
          preset={preset}
          connect={connect}
          onConnect={() => {
            connect.mutate(preset.id, { onSuccess: setAdded });
          }}
          onCancel={cancel.mutate}
          onBack={back}
        />
      )}
      {account !== null && <CalendarsStep account={account} title={`${account.name} is connected`} onClose={onClose} />}
    </Dialog>
  );
}
