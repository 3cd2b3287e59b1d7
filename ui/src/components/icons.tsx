/** The few signs the interface uses, drawn on a grid of 24. Decoration: the words beside them carry the meaning. */
import SvgIcon, { type SvgIconProps } from "@mui/material/SvgIcon";

function sign(path: string) {
  return function Sign(props: SvgIconProps) {
    return (
      <SvgIcon {...props} aria-hidden>
        <path d={path} fill="none" stroke="currentColor" strokeWidth={1.9} strokeLinecap="round" strokeLinejoin="round" />
      </SvgIcon>
    );
  };
}

export const CopySign = sign("M9 9h10v11H9zM5 15V4h10");
export const CheckSign = sign("M5 12.5l4.5 4.5L19 7.5");
export const PlusSign = sign("M12 5v14M5 12h14");
export const KeySign = sign("M8 12a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM11 13l9-9M16.5 7.5l3 3");
export const CalendarSign = sign("M5 6h14v14H5zM5 10.5h14M9 3.5V7M15 3.5V7");
export const ShieldSign = sign("M12 3.5l7 2.5v5.5c0 4.3-2.9 7.4-7 9-4.1-1.6-7-4.7-7-9V6zM9 12l2.2 2.2L15.2 10");
export const WarningSign = sign("M12 4l9 16H3zM12 10v4.5M12 17.3v.1");
export const OfflineSign = sign("M4 4l16 16M8.5 15.5a5 5 0 0 1 7 0M5.5 12.2a9.5 9.5 0 0 1 4-2.4M14.5 9.8a9.5 9.5 0 0 1 4 2.4M12 19v.1");
export const RemoveSign = sign("M6 6l12 12M18 6L6 18");
export const LinkSign = sign("M10 14l4-4M8.5 11.5L6 14a3.5 3.5 0 0 0 5 5l2.5-2.5M15.5 12.5L18 10a3.5 3.5 0 0 0-5-5l-2.5 2.5");
export const SyncSign = sign("M19 8a8 8 0 0 0-14-1.5M5 3v4h4M5 16a8 8 0 0 0 14 1.5M19 21v-4h-4");
export const EyeSign = sign("M2.500 12c2.4-4.200 5.600-6.300 9.500-6.300s7.100 2.100 9.500 6.300c-2.400 4.200-5.600 6.300-9.500 6.300S4.900 16.200 2.500 12zM12 9.300a2.7 2.7 0 1 0 0 5.400a2.7 2.7 0 0 0 0-5.400z");
export const PenSign = sign("M4.500 19.500l1-4.500L16.500 4l3.500 3.500L9 18.500zM14 6.500l3.500 3.500");
export const BackSign = sign("M14.5 5l-7 7l7 7");
export const ForwardSign = sign("M9.5 5l7 7l-7 7");
export const OutsideSign = sign("M14 4h6v6M20 4l-9 9M18 13.500V20H4V6h6.5");
export const SlidersSign = sign("M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h9M17 17h3M15 15v4");
export const UndoSign = sign("M5 9h9a5 5 0 0 1 0 10H9M5 9l4-4M5 9l4 4");
export const PlaceSign = sign("M12 20.500c4-4.5 6-7.5 6-10.500a6 6 0 1 0-12 0c0 3 2 6 6 10.500zM12 8.500a1.8 1.8 0 1 0 0 3.600a1.8 1.8 0 0 0 0-3.600z");
export const CloudSign = sign("M7.5 18.5h9.5a4 4 0 0 0 .6-7.95a5.5 5.5 0 0 0-10.6-1.3A4.7 4.7 0 0 0 7.5 18.5z");
export const ColourSign = sign("M12 3.5c3 3.7 5.5 6.6 5.5 10a5.5 5.5 0 0 1-11 0c0-3.4 2.5-6.3 5.5-10z");
export const UpSign = sign("M12 19V5.5M6 11l6-6 6 6");
export const DownSign = sign("M12 5v13.5M6 13l6 6 6-6");
