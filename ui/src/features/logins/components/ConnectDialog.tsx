import Dialog from "@mui/material/Dialog";
import { useState } from "react";
import type { FeedState, NewLogin } from "../../../api/generated/bindings";
import { appNamed } from "../apps";
import { ChooseStep } from "./ChooseStep";
import { SignInStep } from "./SignInStep";

interface ConnectDialogProps {
  feed: Extract<FeedState, { state: "serving" }>;
  onClose: () => void;
}

/** Two steps: which app and what it may see; then what to type into it. The password is shown this once. */
export function ConnectDialog({ feed, onClose }: ConnectDialogProps) {
  const [appId, setAppId] = useState("thunderbird");
  const [made, setMade] = useState<NewLogin | null>(null);
  const app = appNamed(appId);
  const address = feed[app.address] ?? feed.http ?? feed.https ?? "";
  return (
    <Dialog
      open
      // A click beside the dialog must not lose the password that is shown only once.
      onClose={(_event, reason) => {
        if (made === null || reason === "escapeKeyDown") onClose();
      }}
      aria-labelledby="connect-title"
      maxWidth="sm"
      fullWidth
    >
      {made === null ? (
        <ChooseStep app={app} onApp={setAppId} onMade={setMade} onClose={onClose} />
      ) : (
        <SignInStep app={app} address={address} login={made} onClose={onClose} />
      )}
    </Dialog>
  );
}
