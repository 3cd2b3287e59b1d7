import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { Home } from "./Home";
import { Styles } from "./styles";
import { theme } from "./theme";

/** The engine is in this very process: no answer comes late, none is worth asking twice, no network is needed. */
function newClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, networkMode: "always", staleTime: 1000 },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

export function App() {
  const [client] = useState(newClient);
  return (
    <Styles>
      <ThemeProvider theme={theme}>
        <CssBaseline enableColorScheme />
        <QueryClientProvider client={client}>
          <Home />
        </QueryClientProvider>
      </ThemeProvider>
    </Styles>
  );
}
