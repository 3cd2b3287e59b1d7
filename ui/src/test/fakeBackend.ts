/** The shell as the interface sees it: answers commands from memory. No rule of the engine is repeated here. */
import { mockIPC } from "@tauri-apps/api/mocks";
import type { LoginEntry, LoginRequest, NewLogin, Overview, Problem } from "../api/generated/bindings";

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
  folder: "/data/pharmadoc",
  keyPlace: "keychain",
  version: "0.1.0",
};

export const PORT_TAKEN: Problem = {
  code: "port",
  message: "Port 5100 is in use by another program; stop that program or choose another port.",
};

export interface Backend {
  overview: Overview | Problem;
  afterRestart?: Overview;
  addLogin?: NewLogin | Problem;
  /** Every command that changed something, in order. */
  asked: [string, unknown][];
}

export function fakeBackend(given: Partial<Backend> = {}): Backend {
  const backend: Backend = { overview: SERVING, asked: [], ...given };
  mockIPC((command, args) => {
    if (command === "overview") return answer(backend.overview);
    backend.asked.push([command, args]);
    switch (command) {
      case "restart_feed":
        backend.overview = backend.afterRestart ?? backend.overview;
        return answer(backend.overview);
      case "add_login":
        return answer(backend.addLogin ?? passwordFor((args as { request: LoginRequest }).request));
      case "revoke_login":
        return null;
      default:
        throw new Error(`unknown command ${command}`);
    }
  });
  return backend;
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
