import { useMatch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useEffect, useRef } from "react";

let opened: string | undefined;

type Props = {
  title: string;
  /** One line under the heading. */
  lead?: string;
  actions?: ReactNode;
  children: ReactNode;
};

/** A page's heading and title. After a navigation the heading has the focus, so that a reader begins there. */
export function Page({ title, lead, actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  // That of the page itself: the location is already the next one while this page still waits for it.
  const pathname = useMatch({ strict: false, select: (match) => match.pathname });
  useEffect(() => {
    document.title = `${title} · Steward`;
  }, [title]);
  useEffect(() => {
    const moved = opened !== undefined && opened !== pathname;
    opened = pathname;
    // A form that starts with a field of its own keeps the focus there.
    if (moved && document.activeElement?.closest("form") == null) heading.current?.focus();
  }, [pathname]);
  return (
    <div className="page">
      <header className="row spread">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions && <div className="row">{actions}</div>}
      </header>
      {lead && <p className="quiet page-lead">{lead}</p>}
      {children}
    </div>
  );
}

/** A part of a page with a heading of its own, on a surface. */
export function Card({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="card">
      <header className="row spread">
        <h2>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  );
}
