import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { ComponentType, ReactNode } from "react";
import type { SvgIconProps } from "@mui/material/SvgIcon";

interface EmptyProps {
  sign: ComponentType<SvgIconProps>;
  title: string;
  children?: ReactNode;
}

/** Nothing is here yet: what would be, and how it comes. */
export function Empty({ sign: Sign, title, children }: EmptyProps) {
  return (
    <Box sx={{ textAlign: "center", color: "text.secondary", border: 1, borderColor: "divider", borderStyle: "dashed", borderRadius: "10px", px: 3, py: 3.5 }}>
      <Sign sx={{ fontSize: 30, mb: 0.5 }} />
      <Typography variant="h3" component="p" color="textPrimary">
        {title}
      </Typography>
      {children !== undefined && <Typography variant="body2">{children}</Typography>}
    </Box>
  );
}
