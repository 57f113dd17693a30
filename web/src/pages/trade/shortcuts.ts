import { useEffect, useState } from "react";

export type Shortcut = "buy" | "sell" | "symbol" | "quantity" | "help";
export const KEYS: Readonly<Record<string, Shortcut>> = {
  b: "buy",
  s: "sell",
  "/": "symbol",
  q: "quantity",
  "?": "help",
};

// Single keys must be possible to turn off: speech input and slips of the hand would set them off (WCAG 2.1.4).
const PLACE = "steward.trade.shortcuts";

/** What a key press means here: nothing while something is typed, chosen or asked, or with a modifier. */
export function shortcutOf(event: KeyboardEvent): Shortcut | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return undefined;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("input:not([type=radio]), select, textarea, dialog") != null) return undefined;
  if (document.querySelector("dialog[open]") !== null) return undefined;
  return KEYS[event.key];
}

const focus = (selector: string) => document.querySelector<HTMLElement>(selector)?.focus();

/** Lets single keys lead to the parts of the page; tells whether they are wanted, and how to change that. */
export function useShortcuts(onSide: (side: "buy" | "sell") => void, onHelp: () => void) {
  const [on, setOn] = useState(() => localStorage.getItem(PLACE) !== "off");
  useEffect(() => {
    if (!on) return;
    const pressed = (event: KeyboardEvent) => {
      const meant = shortcutOf(event);
      if (meant === undefined) return;
      event.preventDefault();
      if (meant === "buy" || meant === "sell") onSide(meant);
      if (meant === "symbol") focus("[data-shortcut=symbol]");
      if (meant === "quantity") focus("[data-shortcut=quantity] input");
      if (meant === "help") onHelp();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });
  const change = (next: boolean) => {
    localStorage.setItem(PLACE, next ? "on" : "off");
    setOn(next);
  };
  return [on, change] as const;
}
