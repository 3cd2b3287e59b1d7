import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import ListItemText from "@mui/material/ListItemText";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { type SyntheticEvent, useState } from "react";
import type { AccountCalendar, CalendarChange } from "../../../api/generated/bindings";
import { ColourSign, DownSign, PenSign, UpSign } from "../../../components/icons";

/** Colours that are told apart on paper, at night and by most of those who see few. */
const PALETTE: readonly (readonly [name: string, rgb: string])[] = [
  ["Blue", "#2a7de1"],
  ["Green", "#3f9142"],
  ["Orange", "#d9822b"],
  ["Red", "#c2415d"],
  ["Violet", "#8e5bd0"],
  ["Teal", "#0f8b8d"],
  ["Brown", "#8a6240"],
  ["Grey", "#6b7280"],
];

interface CalendarLooksProps {
  calendar: AccountCalendar;
  disabled: boolean;
  isFirst: boolean;
  isLast: boolean;
  onChange: (change: CalendarChange) => void;
}

/** The name, the colour and the place of a calendar, all of them here only. */
export function CalendarLooks({ calendar, disabled, isFirst, isLast, onChange }: CalendarLooksProps) {
  const [renaming, setRenaming] = useState(false);
  const name = calendar.displayName;
  if (renaming) {
    return (
      <Rename
        calendar={calendar}
        onDone={(wanted) => {
          setRenaming(false);
          if (wanted !== null && wanted !== name) onChange({ name: wanted });
        }}
      />
    );
  }
  return (
    <Box sx={{ ml: "auto", display: "flex" }}>
      <IconButton
        size="small"
        aria-label={`Rename ${name}`}
        disabled={disabled}
        onClick={() => {
          setRenaming(true);
        }}
      >
        <PenSign fontSize="small" />
      </IconButton>
      <Colour
        name={name}
        disabled={disabled}
        onChange={(color) => {
          onChange({ color });
        }}
      />
      <IconButton
        size="small"
        aria-label={`Move ${name} up`}
        disabled={disabled || isFirst}
        onClick={() => {
          onChange({ move: "up" });
        }}
      >
        <UpSign fontSize="small" />
      </IconButton>
      <IconButton
        size="small"
        aria-label={`Move ${name} down`}
        disabled={disabled || isLast}
        onClick={() => {
          onChange({ move: "down" });
        }}
      >
        <DownSign fontSize="small" />
      </IconButton>
    </Box>
  );
}

function Rename({ calendar, onDone }: { calendar: AccountCalendar; onDone: (wanted: string | null) => void }) {
  const [text, setText] = useState(calendar.displayName);
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    onDone(text.trim());
  };
  return (
    <Stack component="form" direction="row" spacing={1} onSubmit={save} sx={{ flex: "1 1 100%", py: 0.5, alignItems: "flex-start" }}>
      <TextField
        size="small"
        label="Name here"
        value={text}
        autoFocus
        helperText={`Empty: as its provider calls it, ${calendar.providerName}`}
        onChange={(event) => {
          setText(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          // The dialog around it stays.
          event.stopPropagation();
          onDone(null);
        }}
        sx={{ flex: 1 }}
      />
      <Button type="submit">Save</Button>
      <Button
        color="inherit"
        onClick={() => {
          onDone(null);
        }}
      >
        Cancel
      </Button>
    </Stack>
  );
}

function Colour({ name, disabled, onChange }: { name: string; disabled: boolean; onChange: (rgb: string) => void }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <IconButton
        size="small"
        aria-label={`Colour of ${name}`}
        aria-haspopup="menu"
        disabled={disabled}
        onClick={(event) => {
          setAnchor(event.currentTarget);
        }}
      >
        <ColourSign fontSize="small" />
      </IconButton>
      <Menu
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => {
          setAnchor(null);
        }}
      >
        {PALETTE.map(([title, rgb]) => (
          <MenuItem
            key={rgb}
            onClick={() => {
              setAnchor(null);
              onChange(rgb);
            }}
          >
            <Box aria-hidden sx={{ width: 14, height: 14, borderRadius: "4px", mr: 1.5, bgcolor: rgb }} />
            <ListItemText primary={title} />
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
