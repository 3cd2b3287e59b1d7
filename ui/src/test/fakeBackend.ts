/** The shell as the interface sees it: answers commands from memory. No rule of the engine is repeated here. */
import { emit } from "@tauri-apps/api/event";
import { mockIPC } from "@tauri-apps/api/mocks";
import type {
  AccountEntry,
  Agenda,
  Decisions,
  LoginEntry,
  LoginRequest,
  NewLogin,
  Overview,
  PresetEntry,
  Problem,
  StillGone,
  Tag,
} from "../api/generated/bindings";

export const THUNDERBIRD: LoginEntry = {
  login: "thunderbird",
  label: "Thunderbird",
  view: "all",
  access: "read-write",
  created: "2026-03-02T08:00:00Z",
  lastUsed: null,
};

export const SERVING: Overview = {
  feed: { state: "serving", http: "http://127.0.0.1:5100/", https: "https://127.0.0.1:5101/" },
  logins: [THUNDERBIRD],
  calendars: [
    { name: "practice", displayName: "Practice", color: "#2a7de1", kind: "local", access: "read-write" },
    { name: "everything", displayName: "Everything", color: null, kind: "everything", access: "read-only" },
  ],
  accounts: [],
  waitingDecisions: 0,
  connecting: null,
  standing: { sign: "fine", words: "Up to date" },
  folder: "/data/pharmadoc",
  keyPlace: "keychain",
  version: "0.1.0",
};

export const PORT_TAKEN: Problem = {
  code: "port",
  message: "Port 5100 is in use by another program; stop that program or choose another port.",
};

export const ICLOUD: AccountEntry = {
  id: 7,
  name: "iCloud",
  provider: "iCloud",
  user: "dr@example.org",
  inBrowser: false,
  state: "ok",
  checkedAt: "2026-03-10T08:00:00Z",
  retryAt: null,
  problem: null,
  waiting: 0,
  refreshes: null,
  calendars: [
    { id: 71, displayName: "Practice", providerName: "Practice", color: "#2a7de1", access: "read-write", chosen: true, name: "practice", busy: true, visits: false, checkedAt: "2026-03-10T08:00:00Z", problem: null, waiting: 0, setAside: 0, keptHere: 0, compared: null },
    { id: 72, displayName: "Holidays", providerName: "Holidays", color: null, access: "read-only", chosen: false, name: null, busy: true, visits: false, checkedAt: null, problem: null, waiting: 0, setAside: 0, keptHere: 0, compared: null },
  ],
};

export const GOOGLE: AccountEntry = { ...ICLOUD, id: 8, name: "Google", provider: "Google", inBrowser: true };

export const PRESETS: PresetEntry[] = [
  { id: "google", label: "Google", inBrowser: true, needsAddress: false, hint: null, help: null },
  { id: "icloud", label: "iCloud", inBrowser: false, needsAddress: false, hint: "iCloud needs an app-specific password.", help: "https://account.apple.com/" },
  { id: "caldav", label: "Another server", inBrowser: false, needsAddress: true, hint: null, help: null },
];

/** Where the doctor signs in. */
export const PAGE = "https://accounts.example.org/sign-in?state=1";

const CANCELLED: Problem = { code: "cancelled", message: "Signing in was cancelled, and nothing was changed." };

export interface Backend {
  overview: Overview | Problem;
  afterRestart?: Overview;
  addLogin?: NewLogin | Problem;
  addAccount?: AccountEntry | Problem;
  reconnect?: AccountEntry | Problem;
  /** How a sign-in in the browser ends; without it, it waits until it is cancelled. */
  signIn?: AccountEntry | Problem;
  /** What a removed account leaves at its provider. */
  farewell?: string;
  agenda: Agenda | Problem;
  decisions: Decisions | Problem;
  stillGone?: StillGone[];
  tray: boolean;
  /** Ends the sign-in that waits. */
  cancel?: () => void;
  /** Every command that changed something, in order. */
  asked: [string, unknown][];
}

/** Questions: they change nothing and are asked whenever the interface likes. */
function ask(backend: Backend, command: string): unknown {
  switch (command) {
    case "overview":
      return answer(backend.overview);
    case "presets":
      return PRESETS;
    case "agenda":
      return answer(backend.agenda);
    case "decisions":
      return answer(backend.decisions);
    case "tray_is_there":
      return backend.tray;
    default:
      return undefined;
  }
}

function act(backend: Backend, command: string, args: unknown): unknown {
  switch (command) {
    case "restart_feed":
      backend.overview = backend.afterRestart ?? backend.overview;
      return answer(backend.overview);
    case "add_login":
      return answer(backend.addLogin ?? passwordFor((args as { request: LoginRequest }).request));
    case "add_account":
      return answer(backend.addAccount ?? ICLOUD);
    case "reconnect_account":
      return answer(backend.reconnect ?? ICLOUD);
    case "connect_account":
    case "reconnect_in_browser":
      return backend.signIn === undefined ? browserIsOpen(backend) : answer(backend.signIn);
    case "cancel_connecting":
      backend.cancel?.();
      return null;
    case "remove_account":
      return backend.farewell ?? null;
    case "decide_deletions":
      return backend.stillGone ?? [];
    case "revoke_login":
    case "sync_now":
    case "choose_calendar":
    case "change_calendar":
    case "restore":
    case "open_help":
    case "quit":
      return null;
    default:
      throw new Error(`unknown command ${command}`);
  }
}

export function fakeBackend(given: Partial<Backend> = {}): Backend {
  const backend: Backend = {
    overview: SERVING,
    agenda: { from: "2026-03-10", timeZone: null, entries: [] },
    decisions: { conflicts: [], deletions: [] },
    tray: true,
    asked: [],
    ...given,
  };
  mockIPC(
    (command, args) => {
      const told = ask(backend, command);
      if (told !== undefined) return told;
      backend.asked.push([command, args]);
      return act(backend, command, args);
    },
    { shouldMockEvents: true },
  );
  return backend;
}

/** The engine says that something changed. */
export async function tell(tag: Tag): Promise<void> {
  await emit("changed", tag);
}

/** The person is at the page of the provider. */
function browserIsOpen(backend: Backend): Promise<AccountEntry> {
  if (!("code" in backend.overview)) backend.overview = { ...backend.overview, connecting: PAGE };
  return new Promise((_resolve, reject) => {
    backend.cancel = () => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the shell hands them over
      reject(CANCELLED);
    };
  });
}

function passwordFor(request: LoginRequest): NewLogin {
  return { login: "evolution", label: request.label, password: "hazel-otter-42", subscription: null };
}

function answer<T extends object>(value: T | Problem): T {
  // The shell hands problems over as plain values, not as errors.
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  if ("code" in value) throw value;
  return value;
}
