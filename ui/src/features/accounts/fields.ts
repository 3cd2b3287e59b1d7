/** Which field a refusal of the engine belongs to. The engine says so by its code; the words are its own. */
import { CommandError } from "../../api/ipc";

export type Field = "address" | "user" | "password";

/** The field, or `null` when it belongs to none of them. */
export function fieldOf(error: Error | null, fields: { address: boolean }): Field | null {
  if (!(error instanceof CommandError)) return null;
  switch (error.problem.code) {
    case "address":
      return fields.address ? "address" : "user";
    case "password":
      return "password";
    case "account":
    case "already-connected":
    case "cancelled":
    case "config":
    case "database":
    case "denied":
    case "internal":
    case "keychain":
    case "login":
    case "not-registered":
    case "port":
    case "timed-out":
    case "unticked":
      return null;
  }
}
