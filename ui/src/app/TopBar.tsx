import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { Overview } from "../api/generated/bindings";
import { Mark } from "../components/Mark";

/** Who we are and whether all is well: one glance. */
export function TopBar({ overview }: { overview: Overview | undefined }) {
  return (
    <Box component="header" sx={{ bgcolor: "background.paper", borderBottom: 1, borderColor: "divider" }}>
      <Box sx={{ maxWidth: 1080, mx: "auto", px: 3, py: 1.75, display: "flex", alignItems: "center", gap: 1.5 }}>
        <Mark />
        <Box sx={{ flex: 1 }}>
          <Typography variant="h1">PharmaDOC Companion</Typography>
          <Typography variant="caption" color="textSecondary" component="p">
            {overview === undefined ? "Your calendars, in every app" : `Version ${overview.version}`}
          </Typography>
        </Box>
        {overview !== undefined && <State serving={overview.feed.state === "serving"} />}
      </Box>
    </Box>
  );
}

function State({ serving }: { serving: boolean }) {
  return (
    <Box role="status" sx={{ display: "flex", alignItems: "center", gap: 1, fontSize: "0.84375rem", fontWeight: 600, color: serving ? "success.main" : "error.main" }}>
      <Box aria-hidden sx={{ width: 9, height: 9, borderRadius: "50%", bgcolor: "currentColor", boxShadow: (theme) => `0 0 0 4px color-mix(in srgb, ${theme.vars?.palette.background.paper ?? "transparent"} 70%, currentColor)` }} />
      {serving ? "Running" : "Stopped"}
    </Box>
  );
}
