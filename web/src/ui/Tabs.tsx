import type { KeyboardEvent, ReactNode } from "react";
import { useEffect, useId } from "react";
import "./tabs.css";

export type Tab<T extends string> = { id: T; label: string; content: () => ReactNode };
type Props<T extends string> = { label: string; tabs: readonly Tab<T>[]; open: T; onOpen: (id: T) => void };

/** Tabs as ARIA describes them: arrow keys move, only the open one is rendered. */
export function Tabs<T extends string>({ label, tabs, open, onOpen }: Props<T>) {
  const base = useId();
  const at = tabs.findIndex((tab) => tab.id === open);
  useEffect(() => {
    // On a phone the open tab may lie beyond the edge of the strip.
    document.getElementById(`${base}-${open}`)?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [base, open]);
  const move = (event: KeyboardEvent) => {
    const target = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    const next = target === undefined ? undefined : tabs[(target + tabs.length) % tabs.length];
    if (next === undefined) return;
    event.preventDefault();
    onOpen(next.id);
    document.getElementById(`${base}-${next.id}`)?.focus();
  };
  return (
    <div className="stack">
      <div role="tablist" aria-label={label} className="tabs" onKeyDown={move}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${base}-${tab.id}`}
            aria-selected={tab.id === open}
            aria-controls={tab.id === open ? `${base}-panel` : undefined}
            tabIndex={tab.id === open ? 0 : -1}
            onClick={() => onOpen(tab.id)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${open}`}>
        {tabs[at]?.content()}
      </div>
    </div>
  );
}
