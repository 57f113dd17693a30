import type { EChartsOption } from "echarts";
import type { Format } from "../../i18n/format";
import type { Colours } from "../../ui/chart/theme";
import type { Part } from "./figures";

type Drawn = {
  slices: readonly Part[];
  rest: readonly Part[];
  currency: string;
  format: Format;
  others: string;
};

export function sharesOption(
  { slices, rest, currency, format, others }: Drawn,
  colours: Colours,
): EChartsOption {
  const drawn = slices.map(({ name, value }, place) => ({
    name: `${name}\n${format.money(value, currency)}`,
    value: Number(value),
    itemStyle: { color: colours.series[place] ?? colours.quiet },
  }));
  if (rest.length > 0) {
    // For the width of a stroke alone; no such sum is written.
    const value = rest.reduce((sum, one) => sum + Number(one.value), 0);
    drawn.push({ name: others, value, itemStyle: { color: colours.quiet } });
  }
  return {
    tooltip: { trigger: "item", renderMode: "richText", confine: true, formatter: "{b}" },
    series: [
      {
        type: "pie",
        radius: ["62%", "94%"],
        label: { show: false },
        itemStyle: { borderColor: colours.surface, borderWidth: 2 },
        data: drawn,
      },
    ],
  };
}
