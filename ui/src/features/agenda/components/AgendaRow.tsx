import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import ListItem from "@mui/material/ListItem";
import Typography from "@mui/material/Typography";
import type { AgendaEntry } from "../../../api/generated/bindings";
import { PlaceSign } from "../../../components/icons";
import { clock, dayOf } from "../../../lib/time";

interface AgendaRowProps {
  entry: AgendaEntry;
  timeZone: string | null;
  now: Date;
}

type Phase = "past" | "now" | "ahead";

export function AgendaRow({ entry, timeZone, now }: AgendaRowProps) {
  const phase = phaseOf(entry, now);
  return (
    <ListItem
      disableGutters
      aria-current={phase === "now" ? "time" : undefined}
      sx={{ alignItems: "stretch", gap: 1.5, py: 0.75, px: 1, mx: -1, width: "auto", borderRadius: "10px", opacity: phase === "past" ? 0.55 : 1, bgcolor: phase === "now" ? "action.hover" : "transparent" }}
    >
      <Times entry={entry} timeZone={timeZone} now={now} />
      <Box aria-hidden sx={{ width: 4, borderRadius: 2, flexShrink: 0, bgcolor: entry.color ?? "primary.main" }} />
      <Box sx={{ flex: 1, minWidth: 0, py: 0.25 }}>
        <Typography variant="h3" component="p" sx={{ overflowWrap: "anywhere" }}>
          {entry.title}
        </Typography>
        <Typography variant="caption" color="textSecondary" component="p" noWrap>
          {entry.location !== null && (
            <>
              <PlaceSign sx={{ fontSize: 13, verticalAlign: "-2px", mr: 0.25 }} />
              {entry.location}
              {" · "}
            </>
          )}
          {entry.calendar}
        </Typography>
      </Box>
      {phase === "now" && <Chip label="Now" sx={{ alignSelf: "center" }} />}
    </ListItem>
  );
}

function Times({ entry, timeZone, now }: AgendaRowProps) {
  const start = clockOrDay(entry.start, timeZone, now);
  const end = clockOrDay(entry.end, timeZone, now);
  return (
    <Box sx={{ width: 58, flexShrink: 0, py: 0.25, textAlign: "right", fontVariantNumeric: "tabular-nums" }}>
      <Typography variant="h3" component="p" noWrap>
        {entry.allDay ? "All day" : start}
      </Typography>
      {!entry.allDay && entry.end !== entry.start && (
        <Typography variant="caption" color="textSecondary" component="p" noWrap>
          {end}
        </Typography>
      )}
    </Box>
  );
}

/** A time of today as a time; one of another day says so. */
function clockOrDay(instant: string, timeZone: string | null, now: Date): string {
  const day = dayOf(new Date(instant), timeZone);
  const today = dayOf(now, timeZone);
  if (day === today) return clock(instant, timeZone);
  return day < today ? "earlier" : "later";
}

function phaseOf(entry: AgendaEntry, now: Date): Phase {
  if (entry.allDay) return "ahead";
  const start = new Date(entry.start);
  const end = new Date(entry.end);
  if (start > now) return "ahead";
  return end > now ? "now" : "past";
}
