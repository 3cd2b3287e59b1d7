/** Colours, letters and shapes of the whole interface; everything else uses these tokens. */
import { alpha, createTheme } from "@mui/material/styles";

const fonts = [
  '"Inter Variable"',
  "-apple-system",
  '"Segoe UI"',
  "Roboto",
  "sans-serif",
].join(",");

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: "media" },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: "#0f6b6e", dark: "#0a5052", light: "#3a9093", contrastText: "#ffffff" },
        success: { main: "#1b7f4d" },
        warning: { main: "#9a5b00" },
        error: { main: "#b3261e" },
        background: { default: "#f4f6f6", paper: "#ffffff" },
        text: { primary: "#16211f", secondary: "#566764" },
        divider: "#e1e7e6",
      },
    },
    dark: {
      palette: {
        primary: { main: "#5cc4c0", dark: "#3a9f9b", light: "#8bdcd8", contrastText: "#06201f" },
        success: { main: "#63c995" },
        warning: { main: "#e8b15c" },
        error: { main: "#f2867e" },
        background: { default: "#101615", paper: "#182120" },
        text: { primary: "#e7eeec", secondary: "#9db0ac" },
        divider: "#2a3634",
      },
    },
  },
  shape: { borderRadius: 12 },
  typography: {
    fontFamily: fonts,
    fontSize: 14,
    h1: { fontSize: "1.0625rem", fontWeight: 650, letterSpacing: "-0.01em" },
    h2: { fontSize: "1rem", fontWeight: 650, letterSpacing: "-0.01em" },
    h3: { fontSize: "0.875rem", fontWeight: 600 },
    body2: { fontSize: "0.84375rem", lineHeight: 1.55 },
    button: { textTransform: "none", fontWeight: 600 },
    overline: { fontSize: "0.6875rem", fontWeight: 650, letterSpacing: "0.07em", lineHeight: 1.6 },
  },
  components: {
    MuiPaper: { defaultProps: { variant: "outlined" }, styleOverrides: { root: { backgroundImage: "none" } } },
    MuiButton: { defaultProps: { disableElevation: true }, styleOverrides: { root: { borderRadius: 9, whiteSpace: "nowrap", flexShrink: 0 } } },
    MuiDialog: { defaultProps: { slotProps: { paper: { variant: "elevation" } } } },
    MuiDialogTitle: { styleOverrides: { root: { fontSize: "1.125rem", fontWeight: 650, letterSpacing: "-0.01em" } } },
    MuiTooltip: { defaultProps: { arrow: true, enterDelay: 300 } },
    MuiChip: {
      styleOverrides: {
        root: ({ theme: current }) => ({
          fontWeight: 550,
          fontSize: "0.75rem",
          height: 22,
          borderRadius: 7,
          backgroundColor: alpha("#7f9995", 0.16),
          color: current.vars.palette.text.secondary,
        }),
      },
    },
    MuiCssBaseline: {
      styleOverrides: {
        body: { WebkitFontSmoothing: "antialiased", userSelect: "none", cursor: "default" },
        "input, textarea, .selectable": { userSelect: "text", cursor: "text" },
      },
    },
  },
});
