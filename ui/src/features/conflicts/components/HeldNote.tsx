import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useDecideDeletions } from "../../../api/decisions";
import type { DeletionsDecision, HeldDeletions } from "../../../api/generated/bindings";
import { ProblemNote } from "../../../components/ProblemNote";
import { WarningSign } from "../../../components/icons";

/** Many entries were deleted on one side: were they meant? */
export function HeldNote({ held }: { held: HeldDeletions }) {
  const decide = useDecideDeletions();
  const answer = (decision: DeletionsDecision) => {
    decide.mutate({ collection: held.collection, deleted: held.deleted, decision });
  };
  const more = held.count - held.titles.length;
  const other = held.deleted === "here" ? `at ${held.account}` : "here";
  return (
    <Alert severity="warning" icon={<WarningSign fontSize="small" />} sx={{ borderRadius: "10px", "& .MuiAlert-message": { flex: 1, minWidth: 0 } }}>
      <Typography variant="body2" sx={{ fontWeight: 600 }}>
        {held.count} entries of “{held.calendar}” were deleted {held.deleted === "here" ? "here" : `at ${held.account}`}. They are still {other}.
      </Typography>
      {held.titles.length > 0 && (
        <Typography variant="body2" sx={{ mt: 0.25, overflowWrap: "anywhere" }}>
          {held.titles.join(", ")}
          {more > 0 && ` and ${more} more`}
        </Typography>
      )}
      {decide.data?.map(({ title, why }) => (
        <Typography key={title} variant="body2" color="error" sx={{ mt: 0.5, overflowWrap: "anywhere" }}>
          “{title}” is not back: {why}
        </Typography>
      ))}
      {decide.error !== null && <ProblemNote error={decide.error} />}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, mt: 1 }}>
        <Button
          size="small"
          color="inherit"
          variant="outlined"
          disabled={decide.isPending}
          onClick={() => {
            answer("restore");
          }}
        >
          Put them back
        </Button>
        <Button
          size="small"
          color="error"
          disabled={decide.isPending}
          onClick={() => {
            answer("agree");
          }}
        >
          Delete them {other} too
        </Button>
      </Box>
    </Alert>
  );
}
