import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogContentText from "@mui/material/DialogContentText";
import DialogTitle from "@mui/material/DialogTitle";
import { useId } from "react";
import { useCancelConnecting, useReconnectInBrowser } from "../../../api/accounts";
import type { AccountEntry } from "../../../api/generated/bindings";
import { OutsideSign } from "../../../components/icons";
import { ProblemNote } from "../../../components/ProblemNote";
import { mayTryAgain, toTell } from "../signIn";
import { BrowserWait } from "./BrowserWait";

/** The button that opens the browser at once, and the dialog while the doctor is there. */
export function ConnectAgain({ account }: { account: AccountEntry }) {
  const reconnect = useReconnectInBrowser();
  const error = toTell(reconnect.error);
  const start = () => {
    reconnect.mutate(account.id);
  };
  return (
    <>
      <Button size="small" color="inherit" variant="outlined" endIcon={<OutsideSign />} onClick={start}>
        Connect again
      </Button>
      {(reconnect.isPending || error !== null) && (
        <ConnectAgainDialog account={account} error={error} onAgain={start} onClose={reconnect.reset} />
      )}
    </>
  );
}

interface ConnectAgainDialogProps {
  account: AccountEntry;
  /** Why it failed; as long as it waits, `null`. */
  error: Error | null;
  onAgain: () => void;
  onClose: () => void;
}

function ConnectAgainDialog({ account, error, onAgain, onClose }: ConnectAgainDialogProps) {
  const title = useId();
  const cancel = useCancelConnecting();
  return (
    <Dialog
      open
      onClose={(_event, reason) => {
        if (error !== null) onClose();
        else if (reason === "escapeKeyDown") cancel.mutate();
      }}
      aria-labelledby={title}
      maxWidth="xs"
      fullWidth
    >
      <DialogTitle id={title}>Connect {account.name} again</DialogTitle>
      <DialogContent>
        {error === null ? (
          <>
            <BrowserWait task={`Sign in as ${account.user} on the page that opened.`} />
            <DialogContentText variant="body2" sx={{ mt: 2 }}>
              What you changed here meanwhile is kept and sent afterwards.
            </DialogContentText>
          </>
        ) : (
          <ProblemNote error={error} />
        )}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        {error === null ? (
          <Button
            key="cancel"
            autoFocus
            onClick={() => {
              cancel.mutate();
            }}
          >
            Cancel
          </Button>
        ) : (
          <Button key="close" onClick={onClose} autoFocus={!mayTryAgain(error)}>
            Close
          </Button>
        )}
        {error !== null && mayTryAgain(error) && (
          <Button variant="contained" endIcon={<OutsideSign />} onClick={onAgain} autoFocus>
            Try again
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
