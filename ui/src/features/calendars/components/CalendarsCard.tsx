import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import List from "@mui/material/List";
import ListItem from "@mui/material/ListItem";
import Typography from "@mui/material/Typography";
import type { CalendarEntry, CalendarKind } from "../../../api/generated/bindings";
import { Section } from "../../../components/Section";
import { ACCESS_NAMES } from "../../../components/views";

const KINDS: Record<CalendarKind, string> = {
  local: "On this computer",
  remote: "From an account",
  pharmadoc: "Booked through PharmaDOC",
  everything: "All calendars in one",
};

/** What a connected app finds behind the address. */
export function CalendarsCard({ calendars }: { calendars: readonly CalendarEntry[] }) {
  return (
    <Section title="Calendars" hint="What a connected app finds.">
      {calendars.length === 0 ? (
        <Typography variant="body2" color="textSecondary">
          None yet. The first app you connect can add one.
        </Typography>
      ) : (
        <List disablePadding aria-label="Calendars">
          {calendars.map((calendar) => (
            <CalendarRow key={calendar.name} calendar={calendar} />
          ))}
        </List>
      )}
    </Section>
  );
}

function CalendarRow({ calendar }: { calendar: CalendarEntry }) {
  return (
    <ListItem disableGutters sx={{ gap: 1.5, py: 0.75, alignItems: "flex-start" }}>
      <Box aria-hidden sx={{ width: 12, height: 12, borderRadius: "4px", flexShrink: 0, mt: 0.6, bgcolor: calendar.color ?? "primary.main" }} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography variant="h3" component="p" noWrap>
          {calendar.displayName}
        </Typography>
        <Typography variant="caption" color="textSecondary" component="p">
          {KINDS[calendar.kind]}
        </Typography>
      </Box>
      {calendar.access === "read-only" && <Chip label={ACCESS_NAMES["read-only"]} />}
    </ListItem>
  );
}
