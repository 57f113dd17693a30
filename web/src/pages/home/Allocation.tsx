import { useCallback, useMemo } from "react";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { home } from "../../i18n/home";
import { Chart } from "../../ui/chart/Chart";
import type { Colours } from "../../ui/chart/theme";
import { Money } from "../../ui/Figure";
import { Empty } from "../../ui/states";
import type { Slice } from "./figures";
import { shares } from "./figures";
import type { Asked, Holdings } from "./queries";
import { sharesOption } from "./sharesOption";

/** There are so many colours that one can tell apart. */
const COLOURS = 6;
type Props = { asked: Asked; told: Holdings };

/** What the net worth is in. */
export function Allocation({ asked, told }: Props) {
  const tell = useTexts(home);
  const { slices, rest, owed } = useMemo(() => shares(told, COLOURS), [told]);
  return (
    <Card title={tell("allocation")}>
      {slices.length === 0 ? (
        <Empty title={tell("allocation_none")} />
      ) : (
        <div className="home-shares">
          <Ring asked={asked} told={told} slices={slices} rest={rest} />
          <ul className="plain-list home-slices">
            {slices.map((slice, place) => (
              <Entry key={slice.symbol} slice={slice} place={place + 1} asked={asked} told={told} />
            ))}
            {rest.length > 0 && (
              <li>
                <span className="home-swatch" data-place="rest" />
                {tell("others", { count: rest.length })}
              </li>
            )}
          </ul>
        </div>
      )}
      {owed.length > 0 && <p className="quiet small">{tell("owed", { count: owed.length })}</p>}
    </Card>
  );
}

function Entry({ slice, place, asked, told }: Props & { slice: Slice; place?: number }) {
  const tell = useTexts(home);
  const figure = slice.symbol === null ? "holdings.totals.cash" : `holdings.${slice.symbol}.market_value`;
  return (
    <li>
      {place !== undefined && <span className="home-swatch" data-place={place} />}
      <span>{slice.symbol ?? tell("cash")}</span>
      <Money value={slice.value} currency={told.currency} explain={{ ...asked, at: told.at, figure }} />
    </li>
  );
}

function Ring({ asked, told, slices, rest }: Props & { slices: Slice[]; rest: Slice[] }) {
  const tell = useTexts(home);
  const format = useFormat();
  const option = useCallback(
    (colours: Colours) => {
      const words = { cash: tell("cash"), others: tell("others", { count: rest.length }) };
      return sharesOption({ slices, rest, currency: told.currency, format, words }, colours);
    },
    [slices, rest, told, format],
  );
  const every = () => (
    <ul className="plain-list home-slices">
      {[...slices, ...rest].map((slice) => (
        <Entry key={slice.symbol} slice={slice} asked={asked} told={told} />
      ))}
    </ul>
  );
  return <Chart label={tell("allocation_label")} option={option} table={every} size="small" />;
}
