import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { compress } from "./scripts/compress.ts";
import { icons } from "./scripts/icons.ts";

// A running Steward for `npm run dev` and `npm run preview`: STEWARD=http://127.0.0.1:9000 npm run dev
const steward = process.env["STEWARD"] ?? "http://127.0.0.1:8000";
// The Origin is the browser's: Steward compares it with the Host, so that stays the browser's too.
const paths = ["/api", "/health", "/readyz", "/metrics"];
const proxy = Object.fromEntries(
  paths.map((path) => [path, { target: steward, ws: true, changeOrigin: false }]),
);

export default defineConfig({
  base: "/app/",
  plugins: [react(), icons(), compress()],
  server: { proxy },
  preview: { proxy },
  build: {
    outDir: "../src/steward/static",
    emptyOutDir: true,
    target: "es2022",
    // Small images as data: addresses would be images that nobody can cache.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["src/test-setup.ts"] },
});
