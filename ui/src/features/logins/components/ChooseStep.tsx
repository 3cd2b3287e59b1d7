import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import MenuItem from "@mui/material/MenuItem";
import Stack from "@mui/material/Stack";
import Switch from "@mui/material/Switch";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import type { NewLogin, View } from "../../../api/generated/bindings";
import { useAddLogin } from "../../../api/overview";
import { ProblemNote } from "../../../components/ProblemNote";
import { VIEW_HINTS, VIEW_NAMES } from "../../../components/views";
import { APPS, type CalendarApp } from "../apps";

interface ChooseStepProps {
  app: CalendarApp;
  onApp: (id: string) => void;
  onMade: (login: NewLogin) => void;
  onClose: () => void;
}

const VIEWS: readonly View[] = ["all", "busy", "pharmadoc"];

export function ChooseStep({ app, onApp, onMade, onClose }: ChooseStepProps) {
  const [name, setName] = useState<string | null>(null);
  const [view, setView] = useState<View>("all");
  const [mayWrite, setMayWrite] = useState(true);
  const add = useAddLogin();
  const label = name ?? (app.id === "other" ? "" : app.name);
  const writes = view === "all" && mayWrite;

  const submit = () => {
    add.mutate(
      { label: label.trim(), view, access: writes ? "read-write" : "read-only" },
      { onSuccess: onMade },
    );
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <DialogTitle id="connect-title">Connect an app</DialogTitle>
      <DialogContent>
        <Stack spacing={2.25} sx={{ pt: 1 }}>
          <TextField
            select
            label="Calendar app"
            value={app.id}
            onChange={(event) => {
              onApp(event.target.value);
            }}
          >
            {APPS.map((each) => (
              <MenuItem key={each.id} value={each.id}>
                {each.name}
              </MenuItem>
            ))}
          </TextField>
          <TextField
            label="Name"
            helperText="How it is listed here"
            required
            value={label}
            onChange={(event) => {
              setName(event.target.value);
            }}
            slotProps={{ htmlInput: { maxLength: 60 } }}
          />
          <TextField
            select
            label="It sees"
            helperText={VIEW_HINTS[view]}
            value={view}
            onChange={(event) => {
              setView(event.target.value as View);
            }}
          >
            {VIEWS.map((each) => (
              <MenuItem key={each} value={each}>
                {VIEW_NAMES[each]}
              </MenuItem>
            ))}
          </TextField>
          <FormControlLabel
            disabled={view !== "all"}
            control={
              <Switch
                checked={writes}
                onChange={(_event, checked) => {
                  setMayWrite(checked);
                }}
              />
            }
            label="May add and change events"
          />
          {add.error !== null && <ProblemNote error={add.error} />}
        </Stack>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="contained" loading={add.isPending} disabled={label.trim() === ""}>
          Make a password
        </Button>
      </DialogActions>
    </form>
  );
}
