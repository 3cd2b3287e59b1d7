/** The calendar apps people use, and how each is told about the feed. */

export interface CalendarApp {
  id: string;
  name: string;
  /** Which of the two addresses it takes. */
  address: "http" | "https";
  steps: readonly string[];
}

const OTHER: CalendarApp = {
  id: "other",
  name: "Another app",
  address: "http",
  steps: [
    "Look for “Add account” or “Add calendar” and choose CalDAV.",
    "Paste the address as the server; the app finds your calendars from there.",
    "Sign in with the user name and password below.",
  ],
};

export const APPS: readonly CalendarApp[] = [
  {
    id: "thunderbird",
    name: "Thunderbird",
    address: "http",
    steps: [
      "In the calendar, choose New Calendar, then On the Network.",
      "Enter the user name, and the address as the location; press Find Calendars.",
      "Enter the password and choose the calendars you want to see.",
    ],
  },
  {
    id: "apple",
    name: "Apple Calendar",
    address: "https",
    steps: [
      "Open System Settings, Internet Accounts, Add Account, Add Other Account, CalDAV.",
      "Choose Manual as the account type; enter user name, password and the address as the server.",
      "If macOS asks about the companion’s certificate, look at it and choose Continue.",
    ],
  },
  {
    id: "evolution",
    name: "Evolution or GNOME Calendar",
    address: "http",
    steps: [
      "In Evolution, choose File, New, Calendar and the type CalDAV.",
      "Paste the address as the URL and enter the user name; press Find Calendars.",
      "Enter the password. GNOME Calendar shows the same calendars.",
    ],
  },
  {
    id: "outlook",
    name: "Outlook (CalDav Synchronizer)",
    address: "http",
    steps: [
      "Install the add-in Outlook CalDav Synchronizer and open its Synchronization Profiles.",
      "Add a generic CalDAV profile; paste the address as the DAV URL.",
      "Enter user name and password, then press Test or discover settings.",
    ],
  },
  OTHER,
];

export function appNamed(id: string): CalendarApp {
  return APPS.find((app) => app.id === id) ?? OTHER;
}
