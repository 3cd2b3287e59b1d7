import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Chip from "@mui/material/Chip";
import FormControlLabel from "@mui/material/FormControlLabel";
import ListItem from "@mui/material/ListItem";
import Stack from "@mui/material/Stack";
import Switch from "@mui/material/Switch";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import type { AccountCalendar } from "../../../api/generated/bindings";
import { ACCESS_NAMES } from "../../../components/views";
import { waitingWords } from "../state";

interface CalendarChoiceProps {
  calendar: AccountCalendar;
  disabled: boolean;
  onChosen: (chosen: boolean) => void;
  onBusy: (busy: boolean) => void;
}

/** One calendar of an account. Taking away a copy whose changes are not sent yet asks first: they would be lost. */
export function CalendarChoice({ calendar, disabled, onChosen, onBusy }: CalendarChoiceProps) {
  const [asking, setAsking] = useState(false);
  const choose = (chosen: boolean) => {
    if (!chosen && calendar.waiting > 0) setAsking(true);
    else onChosen(chosen);
  };
  return (
    <ListItem disableGutters divider sx={{ display: "block", py: 0.75, "&:last-of-type": { borderBottom: 0 } }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 1 }}>
        <FormControlLabel
          sx={{ flex: "1 1 180px", minWidth: 0, mr: 0 }}
          disabled={disabled}
          control={
            <Checkbox
              checked={calendar.chosen}
              onChange={(_event, checked) => {
                choose(checked);
              }}
            />
          }
          label={<Name calendar={calendar} />}
        />
        {calendar.access === "read-only" && <Chip label={ACCESS_NAMES["read-only"]} />}
        <FormControlLabel
          sx={{ mr: 0 }}
          disabled={disabled || !calendar.chosen}
          labelPlacement="start"
          control={
            <Switch
              size="small"
              checked={calendar.chosen && calendar.busy}
              onChange={(_event, checked) => {
                onBusy(checked);
              }}
              slotProps={{ input: { "aria-label": `${calendar.displayName} takes my time` } }}
            />
          }
          label={<Typography variant="body2">Takes my time</Typography>}
        />
      </Box>
      <Remarks calendar={calendar} />
      {asking && (
        <Stack direction="row" spacing={1} sx={{ pl: 5, pb: 0.5, alignItems: "center", flexWrap: "wrap" }}>
          <Typography variant="body2" color="error">
            {waitingWords(calendar.waiting)}; without the copy they are lost.
          </Typography>
          <Button
            size="small"
            autoFocus
            onClick={() => {
              setAsking(false);
            }}
          >
            Keep
          </Button>
          <Button
            size="small"
            color="error"
            onClick={() => {
              setAsking(false);
              onChosen(false);
            }}
          >
            Remove the copy
          </Button>
        </Stack>
      )}
    </ListItem>
  );
}

function Name({ calendar }: { calendar: AccountCalendar }) {
  return (
    <Box component="span" sx={{ display: "flex", alignItems: "center", gap: 1, minWidth: 0 }}>
      <Box component="span" aria-hidden sx={{ width: 12, height: 12, borderRadius: "4px", flexShrink: 0, bgcolor: calendar.color ?? "text.secondary" }} />
      <Typography component="span" variant="h3" noWrap>
        {calendar.displayName}
      </Typography>
    </Box>
  );
}

function Remarks({ calendar }: { calendar: AccountCalendar }) {
  const remarks: string[] = [];
  if (calendar.problem !== null) remarks.push(`${calendar.problem.message} ${calendar.problem.fix}`);
  if (calendar.setAside === 1) remarks.push("1 entry cannot be synced and stays where it is.");
  if (calendar.setAside > 1) remarks.push(`${calendar.setAside} entries cannot be synced and stay where they are.`);
  if (remarks.length === 0) return null;
  return (
    <Typography variant="body2" color="textSecondary" sx={{ pl: 5, pb: 0.5 }}>
      {remarks.join(" ")}
    </Typography>
  );
}
