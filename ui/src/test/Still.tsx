import { createTheme, ThemeProvider } from "@mui/material/styles";
import type { ReactNode } from "react";

/** Nothing moves: no ripple, no fading, so that a test sees only states. */
const still = createTheme({
  transitions: { create: () => "none" },
  components: {
    MuiButtonBase: { defaultProps: { disableRipple: true } },
    MuiTooltip: { defaultProps: { slotProps: { transition: { timeout: 0 } } } },
    MuiDialog: { defaultProps: { transitionDuration: 0 } },
    MuiMenu: { defaultProps: { transitionDuration: 0 } },
  },
});

export function Still({ children }: { children: ReactNode }) {
  return <ThemeProvider theme={still}>{children}</ThemeProvider>;
}
