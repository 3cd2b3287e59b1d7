import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { trayQuery, useQuit } from "../api/shell";

const WITH_TRAY = "Closing this window keeps your calendars in step; the icon in the tray brings it back.";
const WITHOUT_TRAY =
  "This desktop shows no tray icon. Closing this window keeps your calendars in step; start the companion again to see it, or quit it here.";

/** What closing the window does, and the way to end the app altogether. */
export function Footer({ version }: { version: string | undefined }) {
  const { data: tray } = useQuery(trayQuery);
  const quit = useQuit();
  return (
    <Box component="footer" sx={{ borderTop: 1, borderColor: "divider" }}>
      <Box sx={{ maxWidth: 1080, mx: "auto", px: { xs: 2, sm: 3 }, py: 1.5, display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.5 }}>
        <Typography variant="body2" color="textSecondary" sx={{ flex: "1 1 260px" }}>
          {tray === undefined ? "" : tray ? WITH_TRAY : WITHOUT_TRAY}
        </Typography>
        {version !== undefined && (
          <Typography variant="caption" color="textSecondary">
            Version {version}
          </Typography>
        )}
        <Button
          size="small"
          color="inherit"
          onClick={() => {
            quit.mutate();
          }}
        >
          Quit
        </Button>
      </Box>
    </Box>
  );
}
