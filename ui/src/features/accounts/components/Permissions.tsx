import Box from "@mui/material/Box";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";
import { EyeSign, PenSign, ShieldSign } from "../../../components/icons";

/** What each permission is for, in the words of somebody who has to give it. */
export function Permissions({ provider }: { provider: string }) {
  return (
    <>
      <Typography variant="body2" color="textSecondary">
        You sign in on {provider}’s own page; your password stays there. {provider} then asks whether this app may do two
        things. Leave every box ticked.
      </Typography>
      <Stack component="ul" spacing={1.75} aria-label="Permissions" sx={{ listStyle: "none", m: 0, p: 0 }}>
        <Permission sign={<EyeSign fontSize="small" />} title="See your calendars and events">
          To know when you are free.
        </Permission>
        <Permission sign={<PenSign fontSize="small" />} title="Change events">
          To write visits and your own edits.
        </Permission>
        <Permission sign={<ShieldSign fontSize="small" />} title="PharmaDOC only ever learns busy or free">
          What your events say stays between {provider} and this computer.
        </Permission>
      </Stack>
    </>
  );
}

function Permission({ sign, title, children }: { sign: ReactNode; title: string; children: ReactNode }) {
  return (
    <Box component="li" sx={{ display: "flex", gap: 1.75, alignItems: "center" }}>
      <Box aria-hidden sx={{ display: "flex", p: 1, borderRadius: "10px", flexShrink: 0, color: "primary.main", bgcolor: "action.hover" }}>
        {sign}
      </Box>
      <Box>
        <Typography variant="h3" component="p">
          {title}
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {children}
        </Typography>
      </Box>
    </Box>
  );
}
