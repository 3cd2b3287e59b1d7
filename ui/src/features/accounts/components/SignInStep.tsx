import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import LinearProgress from "@mui/material/LinearProgress";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { useAddAccount, useOpenHelp } from "../../../api/accounts";
import type { AccountEntry, PresetEntry } from "../../../api/generated/bindings";
import { BackSign, KeySign, OutsideSign } from "../../../components/icons";
import { ProblemNote } from "../../../components/ProblemNote";
import { fieldOf, type Field } from "../fields";

interface SignInStepProps {
  preset: PresetEntry;
  onBack: () => void;
  onAdded: (account: AccountEntry) => void;
}

type Typed = Record<Field, string>;

/** Address, user name, password. A refusal stands beside the field it belongs to and goes when that field is changed. */
export function SignInStep({ preset, onBack, onAdded }: SignInStepProps) {
  const [typed, setTyped] = useState<Typed>({ address: "", user: "", password: "" });
  const add = useAddAccount();
  const wrong = fieldOf(add.error, { address: preset.needsAddress });
  const complete = typed.user.trim() !== "" && typed.password !== "" && (!preset.needsAddress || typed.address.trim() !== "");

  const field = (name: Field) => ({
    value: typed[name],
    required: true,
    disabled: add.isPending,
    error: wrong === name,
    ...(wrong === name && add.error !== null && { helperText: add.error.message }),
    onChange: (event: { target: { value: string } }) => {
      setTyped({ ...typed, [name]: event.target.value });
      if (wrong === name) add.reset();
    },
  });
  const submit = () => {
    const address = preset.needsAddress ? typed.address.trim() : null;
    add.mutate(
      { preset: preset.id, address, user: typed.user.trim(), password: typed.password, name: null },
      { onSuccess: onAdded },
    );
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <DialogTitle id="account-title">Sign in to {preset.label}</DialogTitle>
      <DialogContent>
        <Stack spacing={2.25} sx={{ pt: 1 }}>
          {(preset.hint !== null || preset.help !== null) && <Hint preset={preset} />}
          {preset.needsAddress && (
            <TextField label="Server address" placeholder="cloud.example.org" autoFocus {...field("address")} />
          )}
          <TextField label="User name" placeholder="you@example.org" autoFocus={!preset.needsAddress} {...field("user")} />
          <TextField label="Password" type="password" slotProps={{ htmlInput: { autoComplete: "off" } }} {...field("password")} />
          {add.error !== null && wrong === null && <ProblemNote error={add.error} />}
          {add.isPending && <Progress />}
        </Stack>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button startIcon={<BackSign />} onClick={onBack} disabled={add.isPending} sx={{ mr: "auto" }}>
          Back
        </Button>
        <Button type="submit" variant="contained" loading={add.isPending} disabled={!complete}>
          Connect
        </Button>
      </DialogActions>
    </form>
  );
}

/** What to know before, and the page of the provider where the app password is made. */
function Hint({ preset }: { preset: PresetEntry }) {
  const open = useOpenHelp();
  return (
    <Alert severity="info" icon={<KeySign fontSize="small" />} sx={{ borderRadius: "10px" }}>
      {preset.hint}
      {preset.help !== null && (
        <Box sx={{ mt: 0.75 }}>
          <Button
            size="small"
            color="inherit"
            variant="outlined"
            endIcon={<OutsideSign />}
            onClick={() => {
              open.mutate(preset.id);
            }}
          >
            Open the page
          </Button>
          <Typography variant="caption" component="p" className="selectable" sx={{ mt: 0.75, overflowWrap: "anywhere" }}>
            {preset.help}
          </Typography>
        </Box>
      )}
    </Alert>
  );
}

function Progress() {
  return (
    <Box role="status">
      <LinearProgress aria-hidden />
      <Typography variant="body2" color="textSecondary" sx={{ mt: 1 }}>
        Signing in and looking for your calendars…
      </Typography>
    </Box>
  );
}
