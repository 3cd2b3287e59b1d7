import Box from "@mui/material/Box";

/** The companion's mark: a calendar leaf with a pulse through it. The app icon is the same drawing. */
export function Mark({ size = 34 }: { size?: number }) {
  return (
    <Box component="svg" viewBox="0 0 64 64" aria-hidden sx={{ width: size, height: size, flexShrink: 0, display: "block" }}>
      <rect width="64" height="64" rx="15" fill="#0f6b6e" />
      <path d="M22 13v8M42 13v8" stroke="#fff" strokeWidth="4" strokeLinecap="round" />
      <rect x="13" y="17" width="38" height="34" rx="7" fill="none" stroke="#fff" strokeWidth="4" />
      <path
        d="M14 35h9l4-8 7 15 4.5-7H50"
        fill="none"
        stroke="#8ff0dc"
        strokeWidth="4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </Box>
  );
}
