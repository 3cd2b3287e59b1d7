import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import type { NewLogin } from "../../../api/generated/bindings";
import { CopyField } from "../../../components/CopyField";
import { KeySign } from "../../../components/icons";
import type { CalendarApp } from "../apps";

interface SignInStepProps {
  app: CalendarApp;
  address: string;
  login: NewLogin;
  onClose: () => void;
}

export function SignInStep({ app, address, login, onClose }: SignInStepProps) {
  return (
    <>
      <DialogTitle id="connect-title">Now in {app.id === "other" ? login.label : app.name}</DialogTitle>
      <DialogContent>
        <Box component="ol" sx={{ m: 0, mb: 2.25, pl: 2.5, "& li": { mb: 0.5, pl: 0.5 }, "& li::marker": { color: "primary.main", fontWeight: 650 } }}>
          {app.steps.map((step) => (
            <Typography key={step} component="li" variant="body2">
              {step}
            </Typography>
          ))}
        </Box>
        <Stack spacing={1.25}>
          <CopyField label="Address" value={address} />
          <CopyField label="User name" value={login.login} />
          <CopyField label="Password" value={login.password} />
          {login.subscription !== null && (
            <CopyField label="Subscription" value={login.subscription} hint="For apps that can only subscribe to an address; it needs no password, so keep it to yourself" />
          )}
        </Stack>
        <Alert severity="info" icon={<KeySign fontSize="small" />} sx={{ mt: 2, borderRadius: "10px" }}>
          The password is shown only now. If it gets lost, end this access and connect the app again.
        </Alert>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button variant="contained" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </>
  );
}
