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

export const GRID = {
  left: 8,
  right: 8,
  top: 16,
  bottom: 8,
  outerBoundsMode: "same",
  outerBoundsContain: "axisLabel",
} as const;

// Drawn on the canvas: an HTML tooltip needs style attributes, and would make names into markup.
export const TOOLTIP = { trigger: "axis", renderMode: "richText", confine: true } as const;

/** What ECharts draws in, where an option says nothing else. */
export function themeOf(colours: Colours): object {
  const axis = {
    axisLabel: { color: colours.quiet },
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { lineStyle: { color: colours.line } },
    splitLine: { lineStyle: { color: colours.line } },
  };
  return {
    color: colours.series,
    textStyle: { color: colours.quiet, fontFamily: "system-ui, sans-serif" },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: axis,
    logAxis: axis,
    timeAxis: { ...axis, splitLine: { show: false } },
    legend: { textStyle: { color: colours.quiet } },
    tooltip: {
      backgroundColor: colours.raised,
      borderColor: colours.line,
      textStyle: { color: colours.text },
    },
  };
}
