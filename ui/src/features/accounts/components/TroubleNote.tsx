import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import type { AccountEntry, Trouble } from "../../../api/generated/bindings";
import { useSyncNow } from "../../../api/accounts";
import { WarningSign } from "../../../components/icons";

interface TroubleNoteProps {
  account: AccountEntry;
  problem: Trouble;
  onReconnect: () => void;
}

/** The code with which the engine asks for a new password. */
const PASSWORD_REFUSED = "password-refused";

/** What is wrong with an account, what to do, and the button that does it. */
export function TroubleNote({ account, problem, onReconnect }: TroubleNoteProps) {
  const sync = useSyncNow();
  const fix =
    problem.code === PASSWORD_REFUSED ? (
      <Button size="small" color="inherit" variant="outlined" onClick={onReconnect}>
        New password
      </Button>
    ) : (
      <Button
        size="small"
        color="inherit"
        variant="outlined"
        loading={sync.isPending}
        onClick={() => {
          sync.mutate(account.id);
        }}
      >
        Try now
      </Button>
    );
  return (
    <Alert
      severity={account.state === "needs-you" ? "error" : "warning"}
      icon={<WarningSign fontSize="small" />}
      sx={{ mt: 1, borderRadius: "10px", "& .MuiAlert-message": { flex: 1 } }}
    >
      {sentences(problem)}
      <Box sx={{ mt: 1 }}>{fix}</Box>
    </Alert>
  );
}

function sentences({ message, fix }: Trouble): string {
  return [message, fix].filter((each) => each !== "").join(" ");
}
