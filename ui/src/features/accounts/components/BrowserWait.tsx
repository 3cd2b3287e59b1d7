import Box from "@mui/material/Box";
import CircularProgress from "@mui/material/CircularProgress";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { overviewQuery } from "../../../api/overview";
import { CopyField } from "../../../components/CopyField";

/** While the doctor is at the page of the provider; where no browser opened, its address is here to copy. */
export function BrowserWait({ task }: { task: string }) {
  const { data } = useQuery(overviewQuery);
  const address = data?.connecting ?? null;
  return (
    <Stack spacing={2.5} sx={{ pt: 0.5 }}>
      <Box role="status" sx={{ display: "flex", alignItems: "center", gap: 2 }}>
        <CircularProgress aria-hidden size={28} sx={{ flexShrink: 0 }} />
        <Box>
          <Typography variant="h3" component="p">
            Waiting for your browser
          </Typography>
          <Typography variant="body2" color="textSecondary">
            {task} This window goes on by itself.
          </Typography>
        </Box>
      </Box>
      {address !== null && (
        <Box>
          <Typography variant="body2" color="textSecondary" sx={{ mb: 0.75 }}>
            The browser did not open? Copy this address into it.
          </Typography>
          <CopyField label="Address" value={address} long />
        </Box>
      )}
    </Stack>
  );
}
