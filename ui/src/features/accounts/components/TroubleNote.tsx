import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import type { AccountEntry, Trouble } from "../../../api/generated/bindings";
import { useSyncNow } from "../../../api/accounts";
import { WarningSign } from "../../../components/icons";
import { ConnectAgain } from "./ConnectAgain";

interface TroubleNoteProps {
  account: AccountEntry;
  problem: Trouble;
  onReconnect: () => void;
}

/** The codes with which the engine asks for a new password, or for a new sign-in in the browser. */
const SIGNED_OUT = ["password-refused", "permission-withdrawn"];

/** What is wrong with an account, what to do, and the button that does it. */
export function TroubleNote({ account, problem, onReconnect }: TroubleNoteProps) {
  return (
    <Alert
      severity={account.state === "needs-you" ? "error" : "warning"}
      icon={<WarningSign fontSize="small" />}
      sx={{ mt: 1, borderRadius: "10px", "& .MuiAlert-message": { flex: 1 } }}
    >
      {sentences(problem)}
      <Box sx={{ mt: 1 }}>
        <Fix account={account} problem={problem} onReconnect={onReconnect} />
      </Box>
    </Alert>
  );
}

function Fix({ account, problem, onReconnect }: TroubleNoteProps) {
  if (!SIGNED_OUT.includes(problem.code)) return <TryNow account={account} />;
  if (account.inBrowser) return <ConnectAgain account={account} />;
  return (
    <Button size="small" color="inherit" variant="outlined" onClick={onReconnect}>
      New password
    </Button>
  );
}

function TryNow({ account }: { account: AccountEntry }) {
  const sync = useSyncNow();
  return (
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
}

function sentences({ message, fix }: Trouble): string {
  return [message, fix].filter((each) => each !== "").join(" ");
}
