import { useSyncExternalStore } from "react";

const NAMES = {
  text: "--text",
  quiet: "--text-quiet",
  line: "--line",
  surface: "--surface",
  raised: "--raised",
  accent: "--accent",
  gain: "--gain",
  loss: "--loss",
} as const;
const SERIES = ["--series-1", "--series-2", "--series-3", "--series-4", "--series-5", "--series-6"];

/** The page's colours of now, for a canvas, which knows no CSS variables. */
export type Colours = Record<keyof typeof NAMES, string> & { series: string[] };

function read(): Colours {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  const named = Object.entries(NAMES).map(([name, property]) => [name, value(property)]);
  return { ...(Object.fromEntries(named) as Record<keyof typeof NAMES, string>), series: SERIES.map(value) };
}

let colours: Colours | undefined;

function subscribe(listener: () => void): () => void {
  const changed = () => {
    colours = undefined;
    listener();
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = new MutationObserver(changed);
  system.addEventListener("change", changed);
  chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => {
    system.removeEventListener("change", changed);
    chosen.disconnect();
  };
}

export const useColours = (): Colours => useSyncExternalStore(subscribe, () => (colours ??= read()));
