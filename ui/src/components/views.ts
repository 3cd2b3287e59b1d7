/** What people call a view and an access; one place, so that list and dialog say the same. */
import type { Access, View } from "../api/generated/bindings";

export const VIEW_NAMES: Record<View, string> = {
  all: "Everything",
  busy: "Busy times only",
  pharmadoc: "PharmaDOC visits only",
};

export const VIEW_HINTS: Record<View, string> = {
  all: "Titles, places and people of all calendars",
  busy: "When you are busy, never why",
  pharmadoc: "Only visits booked through PharmaDOC",
};

export const ACCESS_NAMES: Record<Access, string> = {
  "read-write": "Can change events",
  "read-only": "Read only",
};
