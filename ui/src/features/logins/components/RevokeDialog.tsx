import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogContentText from "@mui/material/DialogContentText";
import DialogTitle from "@mui/material/DialogTitle";
import type { LoginEntry } from "../../../api/generated/bindings";
import { useRevokeLogin } from "../../../api/overview";
import { ProblemNote } from "../../../components/ProblemNote";

export function RevokeDialog({ login, onClose }: { login: LoginEntry; onClose: () => void }) {
  const revoke = useRevokeLogin();
  return (
    <Dialog open onClose={onClose} aria-labelledby="revoke-title" maxWidth="xs" fullWidth>
      <DialogTitle id="revoke-title">End the access of {login.label}?</DialogTitle>
      <DialogContent>
        <DialogContentText>
          It can no longer read or change your calendars here, from this moment on. What it already copied stays in that
          app until you remove the account there.
        </DialogContentText>
        {revoke.error !== null && <ProblemNote error={revoke.error} />}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose} autoFocus>
          Keep
        </Button>
        <Button
          color="error"
          variant="contained"
          loading={revoke.isPending}
          onClick={() => {
            revoke.mutate(login.login, { onSuccess: onClose });
          }}
        >
          End access
        </Button>
      </DialogActions>
    </Dialog>
  );
}
