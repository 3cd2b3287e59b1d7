import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { useClipboard, type CopyState } from "../lib/useClipboard";
import { CheckSign, CopySign } from "./icons";

const SAID: Record<CopyState, string> = {
  idle: "",
  copied: "Copied",
  failed: "Not copied: select the text and copy it",
};

interface CopyFieldProps {
  label: string;
  value: string;
  /** A sentence under the value: whom it is for. */
  hint?: string;
  /** Nobody reads it whole: one line of it is shown. */
  long?: boolean;
}

/** A value to be taken elsewhere: selectable, with a button that copies it and says so. */
export function CopyField({ label, value, hint, long = false }: CopyFieldProps) {
  const [state, copy] = useClipboard();
  return (
    <Box
      role="group"
      aria-label={label}
      sx={{ display: "flex", alignItems: "center", gap: 1, border: 1, borderColor: "divider", borderRadius: "10px", pl: 1.75, pr: 0.75, py: 0.9, bgcolor: "background.default" }}
    >
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography variant="overline" component="div" color="textSecondary">
          {label}
        </Typography>
        <Typography
          className="selectable"
          data-testid="value"
          noWrap={long}
          sx={{ fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace", fontSize: "0.9rem", overflowWrap: "anywhere", lineHeight: 1.5 }}
        >
          {value}
        </Typography>
        {hint !== undefined && (
          <Typography variant="caption" color="textSecondary" component="div">
            {hint}
          </Typography>
        )}
      </Box>
      <Tooltip title={SAID[state] || `Copy ${label.toLowerCase()}`}>
        <IconButton
          aria-label={`Copy ${label.toLowerCase()}`}
          onClick={() => {
            copy(value);
          }}
          color={state === "copied" ? "success" : "default"}
        >
          {state === "copied" ? <CheckSign fontSize="small" /> : <CopySign fontSize="small" />}
        </IconButton>
      </Tooltip>
      <Box role="status" sx={{ position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)" }}>
        {SAID[state]}
      </Box>
    </Box>
  );
}
