import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { KeyPlace } from "../../../api/generated/bindings";
import { ShieldSign } from "../../../components/icons";
import { Section } from "../../../components/Section";

const KEY: Record<KeyPlace, string> = {
  keychain: "The key is in this computer’s keychain.",
  file: "The key is in a key file you chose.",
  passphrase: "The key comes from your passphrase.",
  unknown: "",
};

/** Where the data lies and who can read it. */
export function StorageCard({ folder, keyPlace }: { folder: string; keyPlace: KeyPlace }) {
  return (
    <Section title="Privacy">
      <Box sx={{ display: "flex", gap: 1.5 }}>
        <ShieldSign color="primary" sx={{ mt: 0.25 }} />
        <Box sx={{ minWidth: 0 }}>
          <Typography variant="body2">
            Everything is stored encrypted, on this computer only. {KEY[keyPlace]}
          </Typography>
          <Typography variant="caption" color="textSecondary" className="selectable" component="p" sx={{ mt: 0.75, overflowWrap: "anywhere" }}>
            {folder}
          </Typography>
        </Box>
      </Box>
    </Section>
  );
}
