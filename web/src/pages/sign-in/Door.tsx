import type { ReactNode } from "react";
import { Brand } from "../../app/Brand";
import { Page } from "../../app/Page";
import { LanguageSelect } from "../account/LanguageSelect";
import "./door.css";

/** What sign-in and registration look like. */
export function Door({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main id="content" className="bare door" tabIndex={-1}>
      <div className="door-sheet">
        <p className="brand">
          <Brand />
        </p>
        <Page title={title}>{children}</Page>
      </div>
      <LanguageSelect />
    </main>
  );
}
