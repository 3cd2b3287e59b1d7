import Alert from "@mui/material/Alert";
import type { ReactNode } from "react";
import { CommandError } from "../api/ipc";
import { WarningSign } from "./icons";

/** What went wrong and what to do, in the words of the engine. */
export function ProblemNote({ error, action }: { error: Error; action?: ReactNode }) {
  const text = error instanceof CommandError ? error.problem.message : "Something unexpected happened. Close the companion and start it again.";
  return (
    <Alert severity="error" icon={<WarningSign fontSize="small" />} action={action} sx={{ borderRadius: "10px", alignItems: "center", whiteSpace: "pre-line" }}>
      {text}
    </Alert>
  );
}
