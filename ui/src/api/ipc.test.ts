import { readFileSync } from "node:fs";
import { mockIPC } from "@tauri-apps/api/mocks";
import { call, COMMAND_NAMES, CommandError } from "./ipc";

test("the interface and the shell know the same commands", () => {
  const shell = readFileSync("../src-tauri/src/lib.rs", "utf8");
  const handlers = /generate_handler!\[([^\]]*)\]/.exec(shell)?.[1] ?? "";
  const names = handlers.split(",").map((path) => path.trim().split("::").pop()).filter(Boolean);
  expect([...names].sort()).toEqual([...COMMAND_NAMES].sort());
});

test("a problem of the engine arrives with its code and its words", async () => {
  const problem = { code: "port", message: "Port 5100 is in use." };
  mockIPC(() => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- as the shell does
    throw problem;
  });
  const failed = await call("overview", {}).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(CommandError);
  expect(failed).toMatchObject({ problem });
});

test("an answer nobody understands still has words", async () => {
  mockIPC(() => {
    throw new Error("window is gone");
  });
  await expect(call("overview", {})).rejects.toThrow(/start it again/);
});
