import List from "@mui/material/List";
import Skeleton from "@mui/material/Skeleton";
import { useQuery } from "@tanstack/react-query";
import type { Agenda } from "../../../api/generated/bindings";
import { todayQuery } from "../../../api/agenda";
import { Empty } from "../../../components/Empty";
import { CalendarSign } from "../../../components/icons";
import { ProblemNote } from "../../../components/ProblemNote";
import { Section } from "../../../components/Section";
import { dayOf, weekday } from "../../../lib/time";
import { useNow } from "../../../lib/useNow";
import { AgendaRow } from "./AgendaRow";

/** What takes place today. */
export function AgendaCard() {
  const now = useNow();
  const today = dayOf(now, null);
  const { data, error } = useQuery(todayQuery(today));
  return (
    <Section title="Today" hint={weekday(today)}>
      {error !== null && <ProblemNote error={error} />}
      {data === undefined && error === null && <Skeleton role="status" aria-label="Loading today" variant="rounded" height={150} />}
      {data !== undefined && <Entries agenda={data} now={now} />}
    </Section>
  );
}

function Entries({ agenda, now }: { agenda: Agenda; now: Date }) {
  if (agenda.entries.length === 0) {
    return <Empty sign={CalendarSign} title="Nothing is planned today" />;
  }
  return (
    <List disablePadding aria-label="Today">
      {agenda.entries.map((entry) => (
        <AgendaRow key={`${entry.uid} ${entry.start} ${entry.calendar}`} entry={entry} timeZone={agenda.timeZone} now={now} />
      ))}
    </List>
  );
}
