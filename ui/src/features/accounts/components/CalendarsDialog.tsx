import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import List from "@mui/material/List";
import Typography from "@mui/material/Typography";
import { useChangeCalendar, useChooseCalendar } from "../../../api/accounts";
import type { AccountEntry } from "../../../api/generated/bindings";
import { ProblemNote } from "../../../components/ProblemNote";
import { refreshWords } from "../state";
import { CalendarChoice } from "./CalendarChoice";

interface CalendarsDialogProps {
  account: AccountEntry;
  onRemove: () => void;
  onClose: () => void;
}

export function CalendarsDialog({ account, onRemove, onClose }: CalendarsDialogProps) {
  return (
    <Dialog open onClose={onClose} aria-labelledby="account-title" maxWidth="sm" fullWidth>
      <CalendarsStep account={account} title={account.name} onRemove={onRemove} onClose={onClose} />
    </Dialog>
  );
}

interface CalendarsStepProps {
  account: AccountEntry;
  title: string;
  onRemove?: () => void;
  onClose: () => void;
}

/** Which calendars are kept here, what they are for and how they look. Each click counts at once. */
export function CalendarsStep({ account, title, onRemove, onClose }: CalendarsStepProps) {
  const choose = useChooseCalendar();
  const change = useChangeCalendar();
  const error = choose.error ?? change.error;
  const copies = account.calendars.filter((calendar) => calendar.chosen);
  return (
    <>
      <DialogTitle id="account-title" sx={{ pb: 0.5 }}>
        {title}
      </DialogTitle>
      <DialogContent>
        <Typography variant="body2" color="textSecondary" sx={{ mb: 1.5 }}>
          {account.provider}, {account.user}. Choose the calendars that are kept here, and what they are for. Names, colours and order are yours; the provider keeps its own.
        </Typography>
        {account.refreshes !== null && account.refreshes.tried > 0 && (
          <Typography variant="body2" color="textSecondary" sx={{ mb: 1.5 }}>
            {refreshWords(account.refreshes)}
          </Typography>
        )}
        {error !== null && <ProblemNote error={error} />}
        {account.calendars.length === 0 ? (
          <Typography variant="body2">This account has no calendars yet.</Typography>
        ) : (
          <List disablePadding aria-label="Calendars of the account">
            {account.calendars.map((calendar) => (
              <CalendarChoice
                key={calendar.id}
                calendar={calendar}
                disabled={choose.isPending || change.isPending}
                isFirst={copies[0]?.id === calendar.id}
                isLast={copies.at(-1)?.id === calendar.id}
                onChosen={(chosen) => {
                  choose.mutate({ calendar: calendar.id, chosen });
                }}
                onChange={(wanted) => {
                  change.mutate({ calendar: calendar.id, change: wanted });
                }}
              />
            ))}
          </List>
        )}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        {onRemove !== undefined && (
          <Button color="error" onClick={onRemove} sx={{ mr: "auto" }}>
            Remove account
          </Button>
        )}
        <Button variant="contained" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </>
  );
}
