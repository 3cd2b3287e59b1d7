import "@testing-library/jest-dom/vitest";
import { clearMocks } from "@tauri-apps/api/mocks";
import { cleanup, configure } from "@testing-library/react";

// As the timeout of a test: only how long something may be missing before it counts as never coming.
configure({ asyncUtilTimeout: 20_000 });

afterEach(() => {
  cleanup();
  clearMocks();
});
