import Avatar from "@mui/material/Avatar";
import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import IconButton from "@mui/material/IconButton";
import ListItem from "@mui/material/ListItem";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import type { LoginEntry } from "../../../api/generated/bindings";
import { RemoveSign } from "../../../components/icons";
import { ACCESS_NAMES, VIEW_NAMES } from "../../../components/views";
import { ago } from "../../../lib/time";

interface LoginRowProps {
  login: LoginEntry;
  onRevoke: (login: LoginEntry) => void;
}

export function LoginRow({ login, onRevoke }: LoginRowProps) {
  return (
    <ListItem disableGutters divider sx={{ gap: 1.75, py: 1.25, "&:last-of-type": { borderBottom: 0, pb: 0 } }}>
      <Avatar aria-hidden sx={{ width: 36, height: 36, fontSize: "0.95rem", fontWeight: 650, bgcolor: "primary.main", color: "primary.contrastText" }}>
        {login.label.slice(0, 1).toUpperCase()}
      </Avatar>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography variant="h3" component="p" noWrap>
          {login.label}
        </Typography>
        <Typography variant="body2" color="textSecondary" noWrap>
          User name <span className="selectable">{login.login}</span> · {lastUse(login)}
        </Typography>
      </Box>
      <Box sx={{ display: "flex", gap: 0.75, flexWrap: "wrap", justifyContent: "flex-end", maxWidth: { xs: 130, sm: "none" } }}>
        <Chip label={VIEW_NAMES[login.view]} />
        {login.access === "read-only" && <Chip label={ACCESS_NAMES["read-only"]} />}
      </Box>
      <Tooltip title="End access">
        <IconButton
          aria-label={`End access of ${login.label}`}
          onClick={() => {
            onRevoke(login);
          }}
        >
          <RemoveSign fontSize="small" />
        </IconButton>
      </Tooltip>
    </ListItem>
  );
}

function lastUse(login: LoginEntry): string {
  return login.lastUsed === null ? "not used yet" : `last used ${ago(login.lastUsed, new Date())}`;
}
