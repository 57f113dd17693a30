import type { EChartsOption } from "echarts";
import { useCallback } from "react";
import type { Book } from "../../api/stream";
import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { Chart } from "../../ui/chart/Chart";
import type { Colours } from "../../ui/chart/theme";
import { Figure } from "../../ui/Figure";
import { Empty } from "../../ui/states";
import { added } from "./ladder";

/** The book as two hills: how much is there up to each price. */
export function DepthChart({ book }: { book: Book }) {
  const tell = useTexts(trade);
  const { bids, asks, symbol } = book;
  const names = { bids: tell("bids"), asks: tell("asks") };
  const option = useCallback(
    (colours: Colours): EChartsOption => ({
      xAxis: { type: "value", scale: true },
      yAxis: { type: "value" },
      series: [
        hill(names.bids, points(bids), "start", colours.gain),
        hill(names.asks, points(asks), "end", colours.loss),
      ],
    }),
    [bids, asks, names.bids, names.asks],
  );
  if (bids.length + asks.length === 0) {
    return (
      <div className="trade-nothing">
        <Empty title={tell("book_empty")} text={tell("no_depth_text")} />
      </div>
    );
  }
  return (
    <Chart label={tell("depth_label", { symbol })} option={option} table={() => <Levels book={book} />} />
  );
}

type Point = [price: number, sum: number];

const points = (levels: Book["bids"]): Point[] =>
  added(levels, 0)
    .map(({ level, sum }): Point => [Number(level.price), sum])
    .sort(([left], [right]) => left - right);

function hill(name: string, data: Point[], step: "start" | "end", color: string) {
  return { type: "line" as const, name, data, step, color, showSymbol: false, areaStyle: { opacity: 0.18 } };
}

function Levels({ book }: { book: Book }) {
  const tell = useTexts(trade);
  return (
    <div className="table-scroller">
      <table aria-label={tell("depth")}>
        <thead>
          <tr>
            <th scope="col">{tell("side")}</th>
            <th scope="col" data-numeric="true">
              {tell("price")}
            </th>
            <th scope="col" data-numeric="true">
              {tell("size")}
            </th>
          </tr>
        </thead>
        <tbody>
          {(["bids", "asks"] as const).flatMap((side) =>
            book[side].map((level) => (
              <tr key={`${side}/${level.price}`}>
                <th scope="row">{tell(side)}</th>
                <td data-numeric="true">
                  <Figure value={level.price} as="price" />
                </td>
                <td data-numeric="true">
                  <Figure value={level.qty} as="quantity" />
                </td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}
