import { useQuery } from "@tanstack/react-query";
import type { EChartsOption } from "echarts";
import { useCallback, useMemo, useState } from "react";
import type { Decimal } from "../../api/numbers";
import type { Book, Trade } from "../../api/stream";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { trade } from "../../i18n/trade";
import { Chart } from "../../ui/chart/Chart";
import type { Colours } from "../../ui/chart/theme";
import { Figure } from "../../ui/Figure";
import { Empty, Loaded } from "../../ui/states";
import { Tabs } from "../../ui/Tabs";
import type { Candle } from "./candles";
import { candlesOf, stepOf } from "./candles";
import { DepthChart } from "./DepthChart";
import type { Exchange } from "./queries";
import { closesQuery, tradesQuery } from "./queries";
import { TradeList } from "./TradeList";

type Props = { venue: Exchange; symbol: string; book: Book };
type Open = "candles" | "depth" | "trades";

/** How the price came to be what it is: candles, the depth of the book, the trades themselves. */
export function Charts({ venue, symbol, book }: Props) {
  const tell = useTexts(trade);
  const [open, setOpen] = useState<Open>("candles");
  const query = useQuery(tradesQuery(venue, symbol));
  const price = () => (
    <Loaded query={query} lines={1} tall>
      {(trades) => (trades.length === 0 ? <Closes symbol={symbol} /> : <Candles {...{ symbol, trades }} />)}
    </Loaded>
  );
  const tabs = [
    { id: "candles" as const, label: tell("candles"), content: price },
    // The paper market has one price on each side: there is no depth to draw.
    ...(venue === "book"
      ? [{ id: "depth" as const, label: tell("depth"), content: () => <DepthChart book={book} /> }]
      : []),
    {
      id: "trades" as const,
      label: tell("trades"),
      content: () => (
        <Loaded query={query} lines={6}>
          {(trades) => <TradeList trades={trades} />}
        </Loaded>
      ),
    },
  ];
  const shown = tabs.some((tab) => tab.id === open) ? open : "candles";
  return (
    <section className="card trade-charts">
      <h2 className="visually-hidden">{tell("charts")}</h2>
      <Tabs label={tell("charts")} tabs={tabs} open={shown} onOpen={setOpen} />
    </section>
  );
}

function useStepWords(): (seconds: number) => string {
  const tell = useTexts(trade);
  return (seconds) => {
    if (seconds < 60) return tell("seconds", { count: seconds });
    if (seconds < 3_600) return tell("minutes", { count: seconds / 60 });
    if (seconds < 86_400) return tell("hours", { count: seconds / 3_600 });
    return tell("days", { count: seconds / 86_400 });
  };
}

function Candles({ symbol, trades }: { symbol: string; trades: readonly Trade[] }) {
  const tell = useTexts(trade);
  const words = useStepWords();
  const { locale } = useFormat();
  const candles = useMemo(() => candlesOf(trades), [trades]);
  const step = stepOf(trades);
  const option = useCallback(
    (colours: Colours) => candleOption(candles, colours, (at) => momentText(locale, at, step)),
    [candles, locale, step],
  );
  return (
    <Chart
      label={tell("candles_label", { symbol, step: words(step) })}
      option={option}
      table={() => <CandleTable candles={candles} label={tell("candles")} />}
    />
  );
}

function momentText(locale: string, at: string, stepSeconds: number): string {
  const style: Intl.DateTimeFormatOptions =
    stepSeconds < 60
      ? { timeStyle: "medium" }
      : stepSeconds < 86_400
        ? { timeStyle: "short" }
        : { dateStyle: "short" };
  return new Intl.DateTimeFormat(locale, style).format(new Date(at));
}

function candleOption(
  candles: readonly Candle[],
  colours: Colours,
  told: (at: string) => string,
): EChartsOption {
  return {
    xAxis: { type: "category", data: candles.map((candle) => told(candle.at)) },
    yAxis: { type: "value", scale: true },
    series: [
      {
        type: "candlestick",
        barMaxWidth: 24,
        itemStyle: {
          color: colours.gain,
          borderColor: colours.gain,
          color0: colours.loss,
          borderColor0: colours.loss,
        },
        data: candles.map((one) => [one.open, one.close, one.low, one.high].map(Number)),
      },
    ],
  };
}

function CandleTable({ candles, label }: { candles: readonly Candle[]; label: string }) {
  const tell = useTexts(trade);
  const format = useFormat();
  return (
    <div className="table-scroller" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">{tell("time")}</th>
            {(["open", "high", "low", "close"] as const).map((name) => (
              <th key={name} scope="col" data-numeric="true">
                {tell(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {candles.toReversed().map((candle) => (
            <tr key={candle.at}>
              <th scope="row">{format.moment(candle.at)}</th>
              {[candle.open, candle.high, candle.low, candle.close].map((value, at) => (
                <td key={at} data-numeric="true">
                  <Figure value={value} as="price" />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where nothing was traded yet: the closes that the person entered, if there are some. */
function Closes({ symbol }: { symbol: string }) {
  const tell = useTexts(trade);
  const format = useFormat();
  const query = useQuery(closesQuery(symbol));
  const days = useMemo(() => Object.entries(query.data?.prices ?? {}).sort(), [query.data]);
  const option = useCallback(
    (colours: Colours): EChartsOption => ({
      xAxis: { type: "category", data: days.map(([day]) => format.day(day)) },
      yAxis: { type: "value", scale: true },
      series: [
        {
          type: "line",
          showSymbol: false,
          color: colours.accent,
          data: days.map(([, close]) => Number(close)),
        },
      ],
    }),
    [days, format],
  );
  return (
    <Loaded query={query} lines={1} tall>
      {() =>
        days.length < 2 ? (
          <div className="trade-nothing">
            <Empty title={tell("no_trades")} text={tell("no_trades_text")} />
          </div>
        ) : (
          <Chart
            label={tell("closes_label", { symbol })}
            option={option}
            table={() => <ClosesTable days={days} />}
          />
        )
      }
    </Loaded>
  );
}

function ClosesTable({ days }: { days: readonly [string, Decimal][] }) {
  const tell = useTexts(trade);
  const format = useFormat();
  return (
    <div className="table-scroller" tabIndex={0} role="region" aria-label={tell("close")}>
      <table>
        <tbody>
          {days.toReversed().map(([day, close]) => (
            <tr key={day}>
              <th scope="row">{format.day(day)}</th>
              <td data-numeric="true">
                <Figure value={close} as="price" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
