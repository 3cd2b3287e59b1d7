import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogContentText from "@mui/material/DialogContentText";
import DialogTitle from "@mui/material/DialogTitle";
import { useId } from "react";

interface FarewellDialogProps {
  name: string;
  note: string;
  onClose: () => void;
}

/** The account is gone here, and something is left at its provider. */
export function FarewellDialog({ name, note, onClose }: FarewellDialogProps) {
  const title = useId();
  return (
    <Dialog open onClose={onClose} aria-labelledby={title} maxWidth="xs" fullWidth>
      <DialogTitle id={title}>{name} is removed</DialogTitle>
      <DialogContent>
        <DialogContentText className="selectable" sx={{ overflowWrap: "anywhere" }}>
          {note}
        </DialogContentText>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button variant="contained" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </Dialog>
  );
}
