import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Stack from "@mui/material/Stack";
import type { PresetEntry } from "../../../api/generated/bindings";
import { BackSign, OutsideSign } from "../../../components/icons";
import { ProblemNote } from "../../../components/ProblemNote";
import { mayTryAgain, toTell } from "../signIn";
import { BrowserWait } from "./BrowserWait";
import { Permissions } from "./Permissions";

interface BrowserStepProps {
  preset: PresetEntry;
  connect: { isPending: boolean; error: Error | null };
  onConnect: () => void;
  onCancel: () => void;
  onBack: () => void;
}

/** What the provider will ask and why; then waiting for the doctor, who answers there. */
export function BrowserStep({ preset, connect, onConnect, onCancel, onBack }: BrowserStepProps) {
  return (
    <>
      <DialogTitle id="account-title">Connect {preset.label}</DialogTitle>
      {connect.isPending ? (
        <Waiting provider={preset.label} onCancel={onCancel} />
      ) : (
        <Asking provider={preset.label} error={toTell(connect.error)} onConnect={onConnect} onBack={onBack} />
      )}
    </>
  );
}

interface AskingProps {
  provider: string;
  /** Why the last try failed. */
  error: Error | null;
  onConnect: () => void;
  onBack: () => void;
}

function Asking({ provider, error, onConnect, onBack }: AskingProps) {
  return (
    <>
      <DialogContent>
        <Stack spacing={2.25}>
          <Permissions provider={provider} />
          {error !== null && <ProblemNote error={error} />}
        </Stack>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button startIcon={<BackSign />} onClick={onBack} sx={{ mr: "auto" }}>
          Back
        </Button>
        {mayTryAgain(error) && (
          <Button variant="contained" endIcon={<OutsideSign />} onClick={onConnect} autoFocus>
            {error === null ? "Connect in the browser" : "Try again"}
          </Button>
        )}
      </DialogActions>
    </>
  );
}

function Waiting({ provider, onCancel }: { provider: string; onCancel: () => void }) {
  return (
    <>
      <DialogContent>
        <BrowserWait task={`Sign in to ${provider} on the page that opened.`} />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        {/* Without a focus in the dialog, Escape would not be heard. */}
        <Button onClick={onCancel} autoFocus>
          Cancel
        </Button>
      </DialogActions>
    </>
  );
}
