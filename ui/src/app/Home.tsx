import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import Stack from "@mui/material/Stack";
import { useQuery } from "@tanstack/react-query";
import type { Overview } from "../api/generated/bindings";
import { useNews } from "../api/news";
import { overviewQuery } from "../api/overview";
import { OfflineSign } from "../components/icons";
import { ProblemNote } from "../components/ProblemNote";
import { AccountsCard } from "../features/accounts/components/AccountsCard";
import { AgendaCard } from "../features/agenda/components/AgendaCard";
import { CalendarsCard } from "../features/calendars/components/CalendarsCard";
import { DecisionsCard } from "../features/conflicts/components/DecisionsCard";
import { FeedCard } from "../features/feed/components/FeedCard";
import { LoginsCard } from "../features/logins/components/LoginsCard";
import { StorageCard } from "../features/storage/components/StorageCard";
import { useOnline } from "../lib/useOnline";
import { Footer } from "./Footer";
import { TopBar } from "./TopBar";

export function Home() {
  const { data, error, refetch } = useQuery(overviewQuery);
  const online = useOnline();
  useNews();
  return (
    <Box sx={{ minHeight: "100vh", display: "flex", flexDirection: "column" }}>
      <TopBar overview={data} />
      <Box component="main" sx={{ width: "100%", maxWidth: 1080, mx: "auto", flex: 1, px: { xs: 2, sm: 3 }, py: { xs: 2, sm: 3 }, display: "grid", gridTemplateColumns: "minmax(0, 1fr)", alignContent: "start", gap: 2 }}>
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
      <Footer version={data?.version} />
    </Box>
  );
}

/** What matters now on the left, the accounts and what is set up once on the right; on a narrow window one below the other. */
function Cards({ overview }: { overview: Overview }) {
  const running = overview.feed.state === "serving";
  return (
    <Box
      sx={{ display: "grid", gap: 2, alignItems: "start", gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "minmax(0, 1fr) 372px" }, gridTemplateRows: { md: "auto 1fr" } }}
    >
      <Stack spacing={2}>
        {running ? <DecisionsCard /> : <FeedCard feed={overview.feed} />}
        {running && <AgendaCard />}
      </Stack>
      <Stack spacing={2} sx={{ gridRow: { md: "1 / span 2" }, gridColumn: { md: 2 } }}>
        <AccountsCard accounts={overview.accounts} running={running} />
        <CalendarsCard calendars={overview.calendars} />
        <StorageCard folder={overview.folder} keyPlace={overview.keyPlace} />
      </Stack>
      <Stack spacing={2}>
        {running && <FeedCard feed={overview.feed} />}
        <LoginsCard logins={overview.logins} feed={overview.feed} />
      </Stack>
    </Box>
  );
}

function OfflineNote() {
  return (
    <Alert severity="info" icon={<OfflineSign fontSize="small" />} sx={{ borderRadius: "10px" }}>
      You are offline. Calendar apps on this computer go on reading and writing here; accounts catch up when you are back.
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
