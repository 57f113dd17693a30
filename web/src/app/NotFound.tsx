import { Link } from "@tanstack/react-router";
import { useTexts } from "../i18n/catalogue";
import { shell } from "../i18n/shell";
import { Empty } from "../ui/states";
import { Page } from "./Page";

export function NotFound() {
  const tell = useTexts(shell);
  return (
    <main id="content" className="bare" tabIndex={-1}>
      <Page title={tell("not_found_title")}>
        <Empty title={tell("not_found_text")}>
          <Link to="/" className="button">
            {tell("not_found_home")}
          </Link>
        </Empty>
      </Page>
    </main>
  );
}
