import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useSyncNow } from "../api/accounts";
import type { Overview, Sign, Standing } from "../api/generated/bindings";
import { SyncSign } from "../components/icons";
import { Mark } from "../components/Mark";

/** Who we are, whether all is well, and the one thing to do about it: one glance. */
export function TopBar({ overview }: { overview: Overview | undefined }) {
  return (
    <Box component="header" sx={{ bgcolor: "background.paper", borderBottom: 1, borderColor: "divider" }}>
      <Box sx={{ maxWidth: 1080, mx: "auto", px: { xs: 2, sm: 3 }, py: 1.5, display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 1.5, rowGap: 1 }}>
        <Mark />
        <Box sx={{ flex: "1 1 200px", minWidth: 0 }}>
          <Typography variant="h1">PharmaDOC Companion</Typography>
          {overview === undefined ? (
            <Typography variant="body2" color="textSecondary">
              Your calendars, in every app
            </Typography>
          ) : (
            <State {...overview.standing} />
          )}
        </Box>
        {overview !== undefined && overview.accounts.length > 0 && <SyncButton overview={overview} />}
      </Box>
    </Box>
  );
}

function SyncButton({ overview }: { overview: Overview }) {
  const sync = useSyncNow();
  const syncing = overview.accounts.some((account) => account.state === "syncing");
  return (
    <Button
      variant="outlined"
      startIcon={<SyncSign />}
      loading={sync.isPending || syncing}
      loadingPosition="start"
      onClick={() => {
        sync.mutate(null);
      }}
    >
      Sync now
    </Button>
  );
}

const COLORS: Record<Sign, string> = {
  fine: "success.main",
  "needs-you": "warning.main",
  syncing: "primary.main",
};

/** The same sign and words as in the tray. */
function State({ sign, words }: Standing) {
  return (
    <Box role="status" sx={{ display: "flex", alignItems: "center", gap: 0.9, fontSize: "0.84375rem", fontWeight: 600, color: COLORS[sign] }}>
      <Box aria-hidden sx={{ width: 8, height: 8, borderRadius: "50%", bgcolor: "currentColor", flexShrink: 0 }} />
      {words}
    </Box>
  );
}
