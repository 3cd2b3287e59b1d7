import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogContentText from "@mui/material/DialogContentText";
import DialogTitle from "@mui/material/DialogTitle";
import type { UseMutationResult } from "@tanstack/react-query";
import { useId } from "react";
import { ProblemNote } from "./ProblemNote";

/** The part of a mutation that a confirmation needs. */
type Deed<Subject> = Pick<UseMutationResult<unknown, Error, Subject>, "mutate" | "isPending" | "error">;

/** What is asked before something ends that cannot be had back by a click. */
export interface Confirmation<Subject> {
  /** The question. */
  title: string;
  /** What happens, and what does not. */
  text: string;
  /** What is lost, if anything is. */
  loss?: string | undefined;
  /** The word on the button that does it. */
  verb: string;
  /** What it does, and to what. */
  deed: Deed<Subject>;
  subject: Subject;
  onClose: () => void;
}

/** Asks once more; keeping is what Enter does. It closes when the deed is done and stays, with the reason, when it failed. */
export function ConfirmDialog<Subject>({ title, text, loss, verb, deed, subject, onClose }: Confirmation<Subject>) {
  const label = useId();
  return (
    <Dialog open onClose={onClose} aria-labelledby={label} maxWidth="xs" fullWidth>
      <DialogTitle id={label}>{title}</DialogTitle>
      <DialogContent>
        <DialogContentText>{text}</DialogContentText>
        {loss !== undefined && (
          <DialogContentText color="error" sx={{ mt: 1.5 }}>
            {loss}
          </DialogContentText>
        )}
        {deed.error !== null && <ProblemNote error={deed.error} />}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose} autoFocus>
          Keep
        </Button>
        <Button
          color="error"
          variant="contained"
          loading={deed.isPending}
          onClick={() => {
            deed.mutate(subject, { onSuccess: onClose });
          }}
        >
          {verb}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
