import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogContentText from "@mui/material/DialogContentText";
import DialogTitle from "@mui/material/DialogTitle";
import { useRemoveAccount } from "../../../api/accounts";
import type { AccountEntry } from "../../../api/generated/bindings";
import { ProblemNote } from "../../../components/ProblemNote";
import { waitingWords } from "../state";

export function RemoveDialog({ account, onClose }: { account: AccountEntry; onClose: () => void }) {
  const remove = useRemoveAccount();
  return (
    <Dialog open onClose={onClose} aria-labelledby="account-title" maxWidth="xs" fullWidth>
      <DialogTitle id="account-title">Remove {account.name}?</DialogTitle>
      <DialogContent>
        <DialogContentText>
          The copies of its calendars and its password are removed from this computer. Nothing is deleted at{" "}
          {account.provider}.
        </DialogContentText>
        {account.waiting > 0 && (
          <DialogContentText color="error" sx={{ mt: 1.5 }}>
            {waitingWords(account.waiting)}; with the account they are lost.
          </DialogContentText>
        )}
        {remove.error !== null && <ProblemNote error={remove.error} />}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose} autoFocus>
          Keep
        </Button>
        <Button
          color="error"
          variant="contained"
          loading={remove.isPending}
          onClick={() => {
            remove.mutate(account.id, { onSuccess: onClose });
          }}
        >
          Remove
        </Button>
      </DialogActions>
    </Dialog>
  );
}
