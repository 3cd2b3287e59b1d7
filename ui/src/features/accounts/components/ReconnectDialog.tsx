import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogContentText from "@mui/material/DialogContentText";
import DialogTitle from "@mui/material/DialogTitle";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { useReconnectAccount } from "../../../api/accounts";
import type { AccountEntry } from "../../../api/generated/bindings";
import { ProblemNote } from "../../../components/ProblemNote";
import { fieldOf } from "../fields";

/** A new password for an account that refuses the old one. */
export function ReconnectDialog({ account, onClose }: { account: AccountEntry; onClose: () => void }) {
  const [password, setPassword] = useState("");
  const reconnect = useReconnectAccount();
  const refused = fieldOf(reconnect.error, { address: false }) === "password";
  return (
    <Dialog open onClose={onClose} aria-labelledby="account-title" maxWidth="xs" fullWidth>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          reconnect.mutate({ account: account.id, password }, { onSuccess: onClose });
        }}
      >
        <DialogTitle id="account-title">New password for {account.name}</DialogTitle>
        <DialogContent>
          <Stack spacing={2}>
            <DialogContentText>
              For {account.user} at {account.provider}. What you changed here meanwhile is kept and sent afterwards.
            </DialogContentText>
            <TextField
              label="Password"
              type="password"
              autoFocus
              required
              value={password}
              error={refused}
              helperText={refused ? reconnect.error?.message : undefined}
              slotProps={{ htmlInput: { autoComplete: "off" } }}
              onChange={(event) => {
                setPassword(event.target.value);
                reconnect.reset();
              }}
            />
            {reconnect.error !== null && !refused && <ProblemNote error={reconnect.error} />}
          </Stack>
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5 }}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" loading={reconnect.isPending} disabled={password === ""}>
            Sign in
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
