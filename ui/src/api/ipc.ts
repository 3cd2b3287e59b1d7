/**
 * The one door to the shell: every command of the app, its arguments and its answer.
 *
 * The types come from Rust (`generated/`); the names are listed here by hand and a test compares them with the
 * shell's own list.
 */
import { invoke } from "@tauri-apps/api/core";
import type { LoginRequest, NewLogin, Overview, Problem } from "./generated/bindings";

export interface Commands {
  overview: { args: Record<string, never>; answer: Overview };
  restart_feed: { args: Record<string, never>; answer: Overview };
  add_login: { args: { request: LoginRequest }; answer: NewLogin };
  revoke_login: { args: { login: string }; answer: null };
}

export const COMMAND_NAMES = [
  "overview",
  "restart_feed",
  "add_login",
  "revoke_login",
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
