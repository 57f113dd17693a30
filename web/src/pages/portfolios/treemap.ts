import type { EChartsOption } from "echarts";
import type { Decimal } from "../../api/numbers";
import { sign } from "../../api/numbers";
import type { Colours } from "../../ui/chart/theme";
import type { Part } from "./parts";

type Node = { name: string; value?: number; told?: string; itemStyle?: object; children?: Node[] };

/** Areas as large as the values; what is unknown or below 0 has none. */
export function treemap(
  parts: readonly Part[],
  grouped: boolean,
  money: (value: Decimal) => string,
  colours: Colours,
): EChartsOption {
  const leaves = parts.flatMap(({ name, group, place, value }) => {
    if (value === null || sign(value) <= 0) return [];
    const color = colours.series[place % colours.series.length] ?? colours.accent;
    return [{ group, name, value: Number(value), told: money(value), itemStyle: { color } }];
  });
  const data: Node[] = grouped
    ? [...new Set(leaves.map((leaf) => leaf.group))].map((group) => {
        const children = leaves.filter((leaf) => leaf.group === group);
        const borderColor = children[0]?.itemStyle.color ?? colours.accent;
        return { name: group, itemStyle: { borderColor }, children };
      })
    : leaves;
  const told = ({ name, data: node }: { name: string; data: Node }) =>
    node.told === undefined ? name : `${name}\n${node.told}`;
  return {
    tooltip: { trigger: "item", formatter: told as never },
    series: [
      {
        type: "treemap",
        roam: false,
        nodeClick: false,
        breadcrumb: { show: false },
        left: 0,
        right: 0,
        top: 0,
        bottom: 0,
        data: data as never,
        label: {
          formatter: told as never,
          color: colours.surface,
          fontSize: 13,
          lineHeight: 18,
          overflow: "truncate",
        },
        upperLabel: { show: grouped, height: 24, color: colours.surface, fontWeight: 600 },
        itemStyle: { borderColor: colours.surface, borderWidth: 1, gapWidth: 2 },
        levels: [
          { itemStyle: { borderWidth: 0, gapWidth: 4 }, upperLabel: { show: false } },
          { itemStyle: { gapWidth: 2, borderWidth: 2 } },
        ],
      },
    ],
  };
}
