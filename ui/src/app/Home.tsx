import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import Stack from "@mui/material/Stack";
import { useQuery } from "@tanstack/react-query";
import type { Overview } from "../api/generated/bindings";
import { overviewQuery } from "../api/overview";
import { OfflineSign } from "../components/icons";
import { ProblemNote } from "../components/ProblemNote";
import { CalendarsCard } from "../features/calendars/components/CalendarsCard";
import { FeedCard } from "../features/feed/components/FeedCard";
import { LoginsCard } from "../features/logins/components/LoginsCard";
import { StorageCard } from "../features/storage/components/StorageCard";
import { useOnline } from "../lib/useOnline";
import { TopBar } from "./TopBar";

export function Home() {
  const { data, error, refetch } = useQuery(overviewQuery);
  const online = useOnline();
  return (
    <Box sx={{ minHeight: "100vh", display: "flex", flexDirection: "column" }}>
      <TopBar overview={data} />
      <Box component="main" sx={{ width: "100%", maxWidth: 1080, mx: "auto", px: 3, py: 3, display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2 }}>
        {!online && <OfflineNote />}
        {error !== null && (
          <ProblemNote
            error={error}
            action={
              <Button
                color="inherit"
                size="small"
                onClick={() => {
                  void refetch();
                }}
              >
                Try again
              </Button>
            }
          />
        )}
        {data !== undefined ? <Cards overview={data} /> : error === null && <Loading />}
      </Box>
    </Box>
  );
}

function Cards({ overview }: { overview: Overview }) {
  return (
    <Box sx={{ display: "grid", gap: 2, alignItems: "start", gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "minmax(0, 1fr) 300px" } }}>
      <Stack spacing={2}>
        <FeedCard feed={overview.feed} />
        <LoginsCard logins={overview.logins} feed={overview.feed} />
      </Stack>
      <Stack spacing={2}>
        <CalendarsCard calendars={overview.calendars} />
        <StorageCard folder={overview.folder} keyPlace={overview.keyPlace} />
      </Stack>
    </Box>
  );
}

function OfflineNote() {
  return (
    <Alert severity="info" icon={<OfflineSign fontSize="small" />} sx={{ borderRadius: "10px" }}>
      You are offline. Calendar apps on this computer go on reading and writing here.
    </Alert>
  );
}

function Loading() {
  return (
    <Stack spacing={2} role="status" aria-label="Loading">
      <Skeleton variant="rounded" height={190} />
      <Skeleton variant="rounded" height={220} />
    </Stack>
  );
}
