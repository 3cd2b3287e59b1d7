/**
 * The one door to the shell: every command of the app, its arguments and its answer.
 *
 * The types come from Rust (`generated/`); the names are listed here by hand and a test compares them with the
 * shell's own list.
 */
import { invoke } from "@tauri-apps/api/core";
import type {
  AccountEntry,
  AccountRequest,
  Agenda,
  AgendaRange,
  CalendarChange,
  Decisions,
  DeletionsDecision,
  LoginRequest,
  NewLogin,
  Overview,
  PresetEntry,
  Problem,
  Side,
  StillGone,
} from "./generated/bindings";

type Nothing = Record<string, never>;

export interface Commands {
  overview: { args: Nothing; answer: Overview };
  restart_feed: { args: Nothing; answer: Overview };
  add_login: { args: { request: LoginRequest }; answer: NewLogin };
  revoke_login: { args: { login: string }; answer: null };
  presets: { args: Nothing; answer: PresetEntry[] };
  add_account: { args: { request: AccountRequest }; answer: AccountEntry };
  reconnect_account: { args: { account: number; password: string }; answer: AccountEntry };
  connect_account: { args: { preset: string; name: string | null }; answer: AccountEntry };
  reconnect_in_browser: { args: { account: number }; answer: AccountEntry };
  cancel_connecting: { args: Nothing; answer: null };
  remove_account: { args: { account: number }; answer: string | null };
  sync_now: { args: { account: number | null }; answer: null };
  choose_calendar: { args: { calendar: number; chosen: boolean }; answer: null };
  change_calendar: { args: { calendar: number; change: CalendarChange }; answer: null };
  agenda: { args: { range: AgendaRange }; answer: Agenda };
  decisions: { args: Nothing; answer: Decisions };
  restore: { args: { conflict: number }; answer: null };
  decide_deletions: { args: { collection: number; deleted: Side; decision: DeletionsDecision }; answer: StillGone[] };
  open_help: { args: { preset: string }; answer: null };
  tray_is_there: { args: Nothing; answer: boolean };
  quit: { args: Nothing; answer: null };
}

export const COMMAND_NAMES = [
  "overview",
  "restart_feed",
  "add_login",
  "revoke_login",
  "presets",
  "add_account",
  "reconnect_account",
  "connect_account",
  "reconnect_in_browser",
  "cancel_connecting",
  "remove_account",
  "sync_now",
  "choose_calendar",
  "change_calendar",
  "agenda",
  "decisions",
  "restore",
  "decide_deletions",
  "open_help",
  "tray_is_there",
  "quit",
] as const satisfies readonly (keyof Commands)[];

/** What a command failed with: what happened and what to do, in words for the person at the screen. */
export class CommandError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = "CommandError";
  }
}

export async function call<Name extends keyof Commands>(
  name: Name,
  args: Commands[Name]["args"],
): Promise<Commands[Name]["answer"]> {
  try {
    return await invoke<Commands[Name]["answer"]>(name, args);
  } catch (cause) {
    throw new CommandError(asProblem(cause));
  }
}

function asProblem(cause: unknown): Problem {
  if (typeof cause === "object" && cause !== null && "code" in cause && "message" in cause) {
    return cause as Problem;
  }
  return { code: "internal", message: "The companion did not answer. Close it and start it again." };
}
