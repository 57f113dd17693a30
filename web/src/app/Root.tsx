import { Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { Toasts } from "../ui/Toasts";
import { Waiting } from "./Waiting";

export function Root() {
  return (
    <Suspense fallback={<Waiting />}>
      <Outlet />
      <Toasts />
    </Suspense>
  );
}
