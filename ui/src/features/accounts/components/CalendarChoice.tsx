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
import type { AccountCalendar, CalendarChange } from "../../../api/generated/bindings";
import { ACCESS_NAMES } from "../../../components/views";
import { comparedWords, waitingWords } from "../state";
import { CalendarLooks } from "./CalendarLooks";

interface CalendarChoiceProps {
  calendar: AccountCalendar;
  disabled: boolean;
  /** Whether it is the first, or the last, of those that are kept here. */
  isFirst: boolean;
  isLast: boolean;
  onChosen: (chosen: boolean) => void;
  onChange: (change: CalendarChange) => void;
}

/** One calendar of an account. Taking away a copy whose changes are not sent yet asks first: they would be lost. */
export function CalendarChoice({ calendar, disabled, isFirst, isLast, onChosen, onChange }: CalendarChoiceProps) {
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
      </Box>
      {calendar.chosen && (
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 2, pl: 4 }}>
          <Purpose
            label="Takes my time"
            name={`${calendar.displayName} takes my time`}
            checked={calendar.busy}
            disabled={disabled}
            onChange={(busy) => {
              onChange({ busy });
            }}
          />
          <Purpose
            label="Receives visits"
            name={`${calendar.displayName} receives visits`}
            checked={calendar.visits}
            disabled={disabled || calendar.access === "read-only"}
            onChange={(visits) => {
              onChange({ visits });
            }}
          />
          <CalendarLooks calendar={calendar} disabled={disabled} isFirst={isFirst} isLast={isLast} onChange={onChange} />
        </Box>
      )}
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

interface PurposeProps {
  label: string;
  /** The whole sentence, for who does not see where it stands. */
  name: string;
  checked: boolean;
  disabled: boolean;
  onChange: (checked: boolean) => void;
}

function Purpose({ label, name, checked, disabled, onChange }: PurposeProps) {
  return (
    <FormControlLabel
      sx={{ mr: 0 }}
      disabled={disabled}
      control={
        <Switch
          size="small"
          checked={checked}
          onChange={(_event, wanted) => {
            onChange(wanted);
          }}
          slotProps={{ input: { "aria-label": name } }}
        />
      }
      label={
        <Typography variant="body2" sx={{ ml: 0.5 }}>
          {label}
        </Typography>
      }
    />
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
  if (calendar.keptHere === 1) remarks.push("1 entry holds details that the provider cannot keep; they stay on this computer.");
  if (calendar.keptHere > 1) remarks.push(`${calendar.keptHere} entries hold details that the provider cannot keep; they stay on this computer.`);
  if (calendar.compared !== null) remarks.push(comparedWords(calendar.compared));
  if (remarks.length === 0) return null;
  return (
    <Typography variant="body2" color="textSecondary" sx={{ pl: 5, pb: 0.5 }}>
      {remarks.join(" ")}
    </Typography>
  );
}
