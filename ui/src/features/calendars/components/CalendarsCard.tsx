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

/** For calendars to which no app has given a colour: by kind, and local ones in turn. */
const COLORS = ["#2a7de1", "#d9822b", "#8e5bd0", "#c2415d", "#3f9142"];

function colorOf(calendar: CalendarEntry, position: number): string {
  if (calendar.color !== null) return calendar.color;
  if (calendar.kind === "pharmadoc") return "primary.main";
  if (calendar.kind === "everything") return "text.secondary";
  return COLORS[position % COLORS.length] ?? "primary.main";
}

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
          {calendars.map((calendar, position) => (
            <CalendarRow key={calendar.name} calendar={calendar} color={colorOf(calendar, position)} />
          ))}
        </List>
      )}
    </Section>
  );
}

function CalendarRow({ calendar, color }: { calendar: CalendarEntry; color: string }) {
  return (
    <ListItem disableGutters sx={{ gap: 1.5, py: 0.75, alignItems: "flex-start" }}>
      <Box aria-hidden sx={{ width: 12, height: 12, borderRadius: "4px", flexShrink: 0, mt: 0.6, bgcolor: color }} />
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
