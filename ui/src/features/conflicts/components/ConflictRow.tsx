import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import ListItem from "@mui/material/ListItem";
import Typography from "@mui/material/Typography";
import { useRestore } from "../../../api/decisions";
import type { ConflictEntry } from "../../../api/generated/bindings";
import { ProblemNote } from "../../../components/ProblemNote";
import { UndoSign } from "../../../components/icons";
import { ago } from "../../../lib/time";
import { useNow } from "../../../lib/useNow";

/** An entry of which one version lost: what happened, and the way back. */
export function ConflictRow({ conflict }: { conflict: ConflictEntry }) {
  const restore = useRestore();
  const now = useNow();
  return (
    <ListItem disableGutters divider sx={{ display: "block", py: 1, "&:first-of-type": { pt: 0 }, "&:last-of-type": { borderBottom: 0, pb: 0 } }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, alignItems: "center" }}>
        <Box sx={{ flex: "1 1 220px", minWidth: 0 }}>
          <Typography variant="h3" component="p" sx={{ overflowWrap: "anywhere" }}>
            {conflict.title}
          </Typography>
          <Typography variant="body2" color="textSecondary">
            {happened(conflict)}
          </Typography>
          <Typography variant="caption" color="textSecondary" component="p">
            {conflict.calendar} · {ago(conflict.at, now)}
          </Typography>
        </Box>
        {conflict.restoredAt !== null && <Chip label="Restored" />}
        {conflict.restoredAt === null && conflict.restorable && (
          <Button
            size="small"
            variant="outlined"
            startIcon={<UndoSign />}
            loading={restore.isPending}
            aria-label={`Take the other version of ${conflict.title}`}
            onClick={() => {
              restore.mutate(conflict.id);
            }}
          >
            Take the other
          </Button>
        )}
      </Box>
      {restore.error !== null && <ProblemNote error={restore.error} />}
    </ListItem>
  );
}

function happened({ kind, winner, lost }: ConflictEntry): string {
  const here = winner === "here";
  switch (kind) {
    case "fields":
      return `Kept as it is ${here ? "here" : "at the provider"}${lost.length === 0 ? "" : `; differed in ${lost.join(", ")}`}.`;
    case "edit-beat-deletion":
      return here ? "Changed here, deleted at the provider: it was kept." : "Deleted here, changed at the provider: it was kept.";
    case "deletion-beat-edit":
      return "Cancelled by its organizer while it was changed here: it is gone.";
  }
}
