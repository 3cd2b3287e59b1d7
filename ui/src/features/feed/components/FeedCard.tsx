import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import type { FeedState } from "../../../api/generated/bindings";
import { CommandError } from "../../../api/ipc";
import { useRestartFeed } from "../../../api/overview";
import { CopyField } from "../../../components/CopyField";
import { ProblemNote } from "../../../components/ProblemNote";
import { Section } from "../../../components/Section";

/** Where the feed is, or why it is not there. */
export function FeedCard({ feed }: { feed: FeedState }) {
  return feed.state === "serving" ? <Addresses http={feed.http} https={feed.https} /> : <Stopped feed={feed} />;
}

function Addresses({ http, https }: { http: string | null; https: string | null }) {
  return (
    <Section
      title="Your calendar address"
      hint="Type it into a calendar app on this computer as a CalDAV account. It can be reached from this computer alone."
    >
      <Stack spacing={1.25}>
        {http !== null && (
          <CopyField label="Address" value={http} hint="Thunderbird, Evolution, GNOME Calendar, DAVx⁵, Outlook" />
        )}
        {https !== null && (
          <CopyField label="Secure address" value={https} hint="Apple Calendar, and apps that insist on https" />
        )}
      </Stack>
    </Section>
  );
}

function Stopped({ feed }: { feed: Extract<FeedState, { state: "stopped" }> }) {
  const restart = useRestartFeed();
  return (
    <Section title="Your calendars are not being served" hint="Calendar apps keep what they have and catch up later.">
      <ProblemNote
        error={restart.error ?? new CommandError(feed.problem)}
        action={
          <Button
            color="inherit"
            size="small"
            loading={restart.isPending}
            onClick={() => {
              restart.mutate();
            }}
          >
            Try again
          </Button>
        }
      />
    </Section>
  );
}
