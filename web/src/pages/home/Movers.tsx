import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { lastSession } from "../../api/days";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { home } from "../../i18n/home";
import { Figure, Money, Simulated, Stale } from "../../ui/Figure";
import { Segments } from "../../ui/Segments";
import { Empty } from "../../ui/states";
import type { Basis, Move } from "./figures";
import { movers } from "./figures";
import type { Asked, Holding, Holdings } from "./queries";

const EACH = 3;
const FIGURES = {
  day: { amount: "day_change", ratio: "day_change_over_previous_value" },
  all: { amount: "unrealized_gain_net", ratio: "unrealized_net_over_cost" },
} as const;
type Props = { asked: Asked; told: Holdings };

/** What gained and lost most: since the close before, or since it was bought. */
export function Movers({ asked, told }: Props) {
  const tell = useTexts(home);
  const [basis, setBasis] = useState<Basis>("day");
  const { best, worst } = useMemo(() => movers(told, basis, EACH), [told, basis]);
  const choices = (["day", "all"] as const).map((value) => ({ value, label: tell(`basis_${value}`) }));
  const list = (moves: Move[], title: string) =>
    moves.length > 0 && (
      <div>
        <h3 className="quiet small">{title}</h3>
        <ul className="plain-list">
          {moves.map((move) => (
            <Entry key={move.holding.symbol} move={move} basis={basis} asked={asked} told={told} />
          ))}
        </ul>
      </div>
    );
  return (
    <Card
      title={tell("movers")}
      actions={<Segments legend={tell("basis")} quiet value={basis} choices={choices} onChange={setBasis} />}
    >
      {best.length + worst.length === 0 && (
        <Empty title={tell("movers_none")} text={tell("movers_none_text")} />
      )}
      {list(best, tell("best"))}
      {list(worst, tell("worst"))}
      <Closes told={told} />
    </Card>
  );
}

function Entry({ move, basis, asked, told }: Props & { move: Move; basis: Basis }) {
  const tell = useTexts(home);
  const { symbol } = move.holding;
  const names = FIGURES[basis];
  const explain = (figure: string) => ({ ...asked, at: told.at, figure: `holdings.${symbol}.${figure}` });
  return (
    <li className="home-move">
      <div>
        <p className="home-symbol">
          {symbol} <Marks holding={move.holding} at={told.at} />
        </p>
        <p className="quiet small">
          <Figure value={move.holding.price} as="price" explain={explain("price")} /> {move.holding.currency}{" "}
          <Link
            to="/trade"
            search={{ symbol, ...(asked.portfolio !== undefined && { portfolio: asked.portfolio }) }}
            className="home-trade"
          >
            {tell("trade")}
            <span className="visually-hidden"> {symbol}</span>
          </Link>
        </p>
      </div>
      <div className="home-right">
        <p>
          <Figure value={move.ratio} as="percent" signed explain={explain(`ratios.${names.ratio}`)} />
        </p>
        <p className="small">
          <Money value={move.amount} currency={told.currency} signed explain={explain(names.amount)} />
        </p>
      </div>
    </li>
  );
}

/** Says once of which close prices are, when none of them is of the day itself. */
function Closes({ told }: { told: Holdings }) {
  const tell = useTexts(home);
  const format = useFormat();
  const latest =
    told.holdings
      .map(({ price_on }) => price_on ?? "")
      .sort()
      .at(-1) ?? "";
  if (latest === "" || latest >= told.at) return null;
  return <p className="quiet small">{tell("closes_of", { day: format.day(latest) })}</p>;
}

function Marks({ holding: { price_on: on, price_source }, at }: { holding: Holding; at: string }) {
  return (
    <>
      {on !== null && on < lastSession(at) && <Stale asOf={on} />}{" "}
      {price_source === "simulated" && <Simulated />}
    </>
  );
}
