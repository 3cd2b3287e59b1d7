import Box from "@mui/material/Box";
import CircularProgress from "@mui/material/CircularProgress";
import IconButton from "@mui/material/IconButton";
import ListItem from "@mui/material/ListItem";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import type { AccountEntry } from "../../../api/generated/bindings";
import { SlidersSign } from "../../../components/icons";
import { useNow } from "../../../lib/useNow";
import { STATE_COLORS, stateWords, waitingWords } from "../state";
import { TroubleNote } from "./TroubleNote";

interface AccountRowProps {
  account: AccountEntry;
  onCalendars: () => void;
  onReconnect: () => void;
}

export function AccountRow({ account, onCalendars, onReconnect }: AccountRowProps) {
  const now = useNow();
  return (
    <ListItem disableGutters divider sx={{ display: "block", py: 1.5, "&:first-of-type": { pt: 0.5 }, "&:last-of-type": { borderBottom: 0, pb: 0 } }}>
      <Box sx={{ display: "flex", gap: 1.5, alignItems: "flex-start" }}>
        <StateDot account={account} />
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="h3" component="p" noWrap>
            {account.name}
          </Typography>
          <Typography variant="body2" color="textSecondary" data-testid="account-state">
            {stateWords(account, now)}
          </Typography>
          {account.waiting > 0 && (
            <Typography variant="body2" color="textSecondary">
              {waitingWords(account.waiting)}
            </Typography>
          )}
        </Box>
        <Tooltip title="Calendars and settings">
          <IconButton aria-label={`Calendars of ${account.name}`} onClick={onCalendars} sx={{ mt: -0.5 }}>
            <SlidersSign fontSize="small" />
          </IconButton>
        </Tooltip>
      </Box>
      {account.problem !== null && <TroubleNote account={account} problem={account.problem} onReconnect={onReconnect} />}
      <CalendarTroubles account={account} />
    </ListItem>
  );
}

/** Decoration: the words beside it say the same. */
function StateDot({ account }: { account: AccountEntry }) {
  if (account.state === "syncing") {
    return <CircularProgress aria-hidden size={12} thickness={7} sx={{ mt: 0.6, flexShrink: 0 }} />;
  }
  return <Box aria-hidden sx={{ width: 10, height: 10, m: "1px", mt: 0.75, borderRadius: "50%", flexShrink: 0, bgcolor: STATE_COLORS[account.state] }} />;
}

/** Calendars that have a problem of their own while the account itself works. */
function CalendarTroubles({ account }: { account: AccountEntry }) {
  return account.calendars.map(
    ({ id, displayName, problem }) =>
      problem !== null &&
      problem.code !== account.problem?.code && (
        <Typography key={id} variant="body2" color="textSecondary" sx={{ pl: 3.25, pt: 0.5 }}>
          <b>{displayName}:</b> {problem.message} {problem.fix}
        </Typography>
      ),
  );
}
