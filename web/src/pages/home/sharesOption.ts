import type { EChartsOption } from "echarts";
import type { Format } from "../../i18n/format";
import type { Colours } from "../../ui/chart/theme";
import type { Slice } from "./figures";

type Drawn = {
  slices: readonly Slice[];
  rest: readonly Slice[];
  currency: string;
  format: Format;
  words: { cash: string; others: string };
};

export function sharesOption(
  { slices, rest, currency, format, words }: Drawn,
  colours: Colours,
): EChartsOption {
  const drawn = slices.map(({ symbol, value }, place) => ({
    name: `${symbol ?? words.cash}\n${format.money(value, currency)}`,
    value: Number(value),
    itemStyle: { color: colours.series[place] ?? colours.quiet },
  }));
  if (rest.length > 0) {
    // For the width of a stroke alone; no such sum is written.
    const value = rest.reduce((sum, one) => sum + Number(one.value), 0);
    drawn.push({ name: words.others, value, itemStyle: { color: colours.quiet } });
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
