import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import List from "@mui/material/List";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import type { FeedState, LoginEntry } from "../../../api/generated/bindings";
import { KeySign, PlusSign } from "../../../components/icons";
import { Section } from "../../../components/Section";
import { ConnectDialog } from "./ConnectDialog";
import { LoginRow } from "./LoginRow";
import { RevokeDialog } from "./RevokeDialog";

/** The apps that may sign in, and the way to let one more in. */
export function LoginsCard({ logins, feed }: { logins: readonly LoginEntry[]; feed: FeedState }) {
  const [connecting, setConnecting] = useState(false);
  const [revoking, setRevoking] = useState<LoginEntry | null>(null);
  const connect = (
    <Button
      variant="contained"
      startIcon={<PlusSign />}
      disabled={feed.state !== "serving"}
      onClick={() => {
        setConnecting(true);
      }}
    >
      Connect an app
    </Button>
  );
  return (
    <Section
      title="Connected apps"
      hint="Each app signs in with a password of its own, so you can end the access of one alone."
      action={connect}
    >
      {logins.length === 0 ? (
        <NoLogins />
      ) : (
        <List disablePadding aria-label="Connected apps">
          {logins.map((login) => (
            <LoginRow key={login.login} login={login} onRevoke={setRevoking} />
          ))}
        </List>
      )}
      {connecting && feed.state === "serving" && (
        <ConnectDialog
          feed={feed}
          onClose={() => {
            setConnecting(false);
          }}
        />
      )}
      {revoking !== null && (
        <RevokeDialog
          login={revoking}
          onClose={() => {
            setRevoking(null);
          }}
        />
      )}
    </Section>
  );
}

function NoLogins() {
  return (
    <Box sx={{ textAlign: "center", color: "text.secondary", border: 1, borderColor: "divider", borderStyle: "dashed", borderRadius: "10px", px: 3, py: 3.5 }}>
      <KeySign sx={{ fontSize: 30, mb: 0.5 }} />
      <Typography variant="h3" component="p" color="textPrimary">
        No app is connected yet
      </Typography>
      <Typography variant="body2">Connect the calendar app you use; the companion makes a password for it.</Typography>
    </Box>
  );
}
