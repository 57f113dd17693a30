import type { ReactNode } from "react";
import { useEffect, useRef } from "react";
import "./overlays.css";

type Props = { label: string; button: ReactNode; children: ReactNode };

/** A button that shows a short list of links and buttons under it: a native disclosure, closed from anywhere. */
export function Menu({ label, button, children }: Props) {
  const element = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const menu = element.current;
      if (menu?.open !== true) return;
      const inside = event.target instanceof Node && menu.contains(event.target);
      if (event instanceof KeyboardEvent ? event.key !== "Escape" : inside) return;
      menu.open = false;
      if (inside) menu.querySelector("summary")?.focus();
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, []);
  const chosen = (event: { target: EventTarget }) => {
    const target = event.target instanceof Element ? event.target.closest("a, button") : null;
    if (target !== null && element.current !== null) element.current.open = false;
  };
  return (
    <details ref={element} className="menu">
      <summary aria-label={label}>{button}</summary>
      <div className="menu-list" onClick={chosen}>
        {children}
      </div>
    </details>
  );
}
