import { Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { useProblemText } from "../i18n/problems";
import { Toasts } from "../ui/Toasts";
import { Waiting } from "./Waiting";

export function Root() {
  return (
    <Suspense fallback={<Waiting />}>
      <Spoken />
    </Suspense>
  );
}

function Spoken() {
  // Fetched with the first texts: a refusal comes in the middle of an edit, which must not wait for its words.
  useProblemText();
  return (
    <>
      <Outlet />
      <Toasts />
    </>
  );
}
