import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  clearScreen: false,
  server: { port: 5173, strictPort: true, host: "localhost" },
  build: {
    target: ["es2022", "safari16"],
    // Everything is read from the app itself: one file more costs nothing, one warning less does.
    chunkSizeWarningLimit: 800,
    assetsInlineLimit: 0,
  },
  test: {
    environment: "jsdom",
    globals: true,
    setupFiles: ["src/test/setup.ts"],
    restoreMocks: true,
    // A guard, not a wait: a test that is stuck ends, also on a machine that does ten other things.
    testTimeout: 60_000,
  },
});
