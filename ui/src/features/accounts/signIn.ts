/** How a sign-in in the browser failed, as far as the dialog acts on it. The words are the engine's. */
import { CommandError } from "../../api/ipc";

/** What is said of it: nothing, when it was cancelled. */
export function toTell(error: Error | null): Error | null {
  return codeOf(error) === "cancelled" ? null : error;
}

/** Whether another try may end better. */
export function mayTryAgain(error: Error | null): boolean {
  return codeOf(error) !== "not-registered";
}

function codeOf(error: Error | null) {
  return error instanceof CommandError ? error.problem.code : null;
}
