import Button from "@mui/material/Button";
import List from "@mui/material/List";
import Stack from "@mui/material/Stack";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { decisionsQuery } from "../../../api/decisions";
import type { Decisions } from "../../../api/generated/bindings";
import { ProblemNote } from "../../../components/ProblemNote";
import { Section } from "../../../components/Section";
import { ConflictRow } from "./ConflictRow";
import { HeldNote } from "./HeldNote";

/** How many are shown before somebody wants all. */
const AT_FIRST = 3;

/** Deletions that wait for a word, and versions that lost. Nothing is shown while there are none. */
export function DecisionsCard() {
  const { data, error } = useQuery(decisionsQuery);
  if (error !== null) return <ProblemNote error={error} />;
  if (data === undefined) return null;
  return (
    <>
      {data.deletions.length > 0 && <Held decisions={data} />}
      {data.conflicts.length > 0 && <Conflicts decisions={data} />}
    </>
  );
}

function Held({ decisions }: { decisions: Decisions }) {
  return (
    <Section title="Your word is needed" hint="So many deletions at once look like an accident. Nothing is deleted until you agree.">
      <Stack spacing={1.5}>
        {decisions.deletions.map((held) => (
          <HeldNote key={`${held.collection} ${held.deleted}`} held={held} />
        ))}
      </Stack>
    </Section>
  );
}

function Conflicts({ decisions }: { decisions: Decisions }) {
  const [all, setAll] = useState(false);
  const { conflicts } = decisions;
  return (
    <Section title="Changed on both sides" hint="One version was kept. The other can be had back for 30 days.">
      <List disablePadding aria-label="Changed on both sides">
        {conflicts.slice(0, all ? undefined : AT_FIRST).map((conflict) => (
          <ConflictRow key={conflict.id} conflict={conflict} />
        ))}
      </List>
      {!all && conflicts.length > AT_FIRST && (
        <Button
          size="small"
          onClick={() => {
            setAll(true);
          }}
        >
          Show all {conflicts.length}
        </Button>
      )}
    </Section>
  );
}
