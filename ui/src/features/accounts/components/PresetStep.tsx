import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import ButtonBase from "@mui/material/ButtonBase";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Skeleton from "@mui/material/Skeleton";
import { useQuery } from "@tanstack/react-query";
import { presetsQuery } from "../../../api/accounts";
import type { PresetEntry } from "../../../api/generated/bindings";
import { ForwardSign } from "../../../components/icons";
import { ProblemNote } from "../../../components/ProblemNote";

interface PresetStepProps {
  onPreset: (preset: PresetEntry) => void;
  onClose: () => void;
}

export function PresetStep({ onPreset, onClose }: PresetStepProps) {
  const { data, error } = useQuery(presetsQuery);
  return (
    <>
      <DialogTitle id="account-title">Where are your calendars?</DialogTitle>
      <DialogContent>
        {error !== null && <ProblemNote error={error} />}
        {data === undefined && error === null && <Skeleton role="status" aria-label="Loading" variant="rounded" height={180} />}
        <Box sx={{ display: "grid", gap: 1, gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "repeat(2, minmax(0, 1fr))" } }}>
          {data?.map((preset) => (
            <PresetButton
              key={preset.id}
              preset={preset}
              onClick={() => {
                onPreset(preset);
              }}
            />
          ))}
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>Cancel</Button>
      </DialogActions>
    </>
  );
}

function PresetButton({ preset, onClick }: { preset: PresetEntry; onClick: () => void }) {
  return (
    <ButtonBase
      onClick={onClick}
      sx={{
        justifyContent: "space-between",
        gap: 1,
        px: 1.75,
        py: 1.5,
        border: 1,
        borderColor: "divider",
        borderRadius: "10px",
        font: "inherit",
        fontWeight: 600,
        textAlign: "left",
        "&:hover": { borderColor: "primary.main", bgcolor: "action.hover" },
        "&.Mui-focusVisible": { borderColor: "primary.main", outline: "2px solid", outlineColor: "primary.main" },
      }}
    >
      {preset.label}
      <ForwardSign fontSize="small" color="action" />
    </ButtonBase>
  );
}
