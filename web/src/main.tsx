import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/queries";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/controls.css";
import "./app/app.css";
import { loadAgain } from "./app/chunks";
import { router } from "./app/router";

// After a new release the chunks of this page's own are gone: the new document names the new ones.
window.addEventListener("vite:preloadError", () => void loadAgain());

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);

if (import.meta.env.PROD && "serviceWorker" in navigator) {
  // It makes the app open without a network; where a browser refuses it, all else works.
  void navigator.serviceWorker.register("/app/sw.js").catch(() => undefined);
}
