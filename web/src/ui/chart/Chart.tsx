import type { EChartsOption } from "echarts";
import type { ReactNode, RefObject } from "react";
import { useEffect, useRef, useState } from "react";
import { useTexts } from "../../i18n/catalogue";
import { shell } from "../../i18n/shell";
import type { EChartsType } from "./echarts";
import type { Colours } from "./theme";
import { GRID, themeOf, TOOLTIP, useColours } from "./theme";
import "./chart.css";

type Props = {
  /** What the drawing shows, in one sentence. */
  label: string;
  /** The drawing in the page's colours; keep it in useCallback, as it is drawn anew when it changes. */
  option: (colours: Colours) => EChartsOption;
  /** The same figures as a table, for those who cannot see the drawing or want the digits. */
  table: () => ReactNode;
  size?: "small" | "usual" | "tall";
  /** What was clicked: the name that the option gave it. */
  onPick?: (name: string, index: number) => void;
};

/** A chart with its table. Its room is reserved before ECharts is there. */
export function Chart({ label, option, table, size = "usual", onPick }: Props) {
  const tell = useTexts(shell);
  const place = useRef<HTMLDivElement>(null);
  const colours = useColours();
  const chart = useChart(place, colours);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    chart?.setOption({ animation: false, grid: GRID, tooltip: TOOLTIP, ...option(colours) }, true);
  }, [chart, option, colours]);
  useEffect(() => {
    if (chart === undefined || onPick === undefined) return;
    const picked = (event: { name: string; dataIndex?: number }) => onPick(event.name, event.dataIndex ?? 0);
    chart.on("click", picked as never);
    return () => {
      chart.off("click", picked as never);
    };
  }, [chart, onPick]);
  return (
    <figure className="chart" data-size={size}>
      <div ref={place} className="chart-place" role="img" aria-label={label} />
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="small quiet">{tell("chart_table")}</summary>
        {open && table()}
      </details>
    </figure>
  );
}

// Another theme is another drawing: it is rare, and nothing of the old one can stay behind.
function useChart(place: RefObject<HTMLDivElement | null>, colours: Colours): EChartsType | undefined {
  const [chart, setChart] = useState<EChartsType>();
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let made: EChartsType | undefined;
    let gone = false;
    const sized = new ResizeObserver(() => made?.resize());
    void import("./echarts").then(({ init }) => {
      if (gone) return;
      made = init(element, themeOf(colours), { renderer: "canvas" });
      sized.observe(element);
      setChart(made);
    });
    return () => {
      gone = true;
      sized.disconnect();
      made?.dispose();
    };
  }, [place, colours]);
  return chart;
}
