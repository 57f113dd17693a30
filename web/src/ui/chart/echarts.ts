// The one place that names ECharts: everything here is in a chunk of its own, loaded with the first chart.
import { BarChart, CandlestickChart, HeatmapChart, LineChart, PieChart, TreemapChart } from "echarts/charts";
import {
  AriaComponent,
  CalendarComponent,
  DataZoomInsideComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
} from "echarts/components";
import type { ComposeOption, EChartsType } from "echarts/core";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([
  ...[BarChart, CandlestickChart, HeatmapChart, LineChart, PieChart, TreemapChart],
  ...[AriaComponent, CalendarComponent, DataZoomInsideComponent, GridComponent, LegendComponent],
  ...[MarkLineComponent, MarkPointComponent, TooltipComponent, VisualMapContinuousComponent, CanvasRenderer],
]);

export { init };
export type { ComposeOption, EChartsType };
