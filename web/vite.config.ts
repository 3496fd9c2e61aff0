/** How the pages are built, served while they are written, and tested. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/",
  plugins: [react()],
  // The server puts a fresh nonce in place of this word in every answer.
  html: { cspNonce: "LINLOG_NONCE" },
  build: {
    outDir: "../linlog/server/static",
    emptyOutDir: true,
    target: "es2022",
    // Pictures stay files: a data address would weigh on the first load.
    assetsInlineLimit: 0,
    // The largest page part may weigh this much before the build says so.
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: { "/api": "http://127.0.0.1:8420", "/media": "http://127.0.0.1:8420" },
  },
  test: {
    // What needs a page is tested in a browser: tests/e2e.
    environment: "node",
    include: ["src/**/*.test.ts"],
    restoreMocks: true,
    // A busy machine is no defect of a test.
    testTimeout: 60_000,
  },
});
