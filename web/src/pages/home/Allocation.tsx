import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import type { Schemas } from "../../api/queries";
import { allocationQuery } from "../../api/queries";
import { Card } from "../../app/Page";
import { allocation } from "../../i18n/allocation";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { home } from "../../i18n/home";
import { Chart } from "../../ui/chart/Chart";
import type { Colours } from "../../ui/chart/theme";
import type { By, Division } from "../../ui/division";
import { COLOURS, DivisionSelect, figureOf, Swatch, useSliceName } from "../../ui/division";
import { Figure, Money } from "../../ui/Figure";
import { Empty, Loaded } from "../../ui/states";
import type { Part } from "./figures";
import { held, shares } from "./figures";
import type { Asked, Holdings } from "./queries";
import { sharesOption } from "./sharesOption";

type Props = { asked: Asked; told: Holdings };

/** What the net worth is in: holding by holding, or by what their instruments have in common. */
export function Allocation({ asked, told }: Props) {
  const tell = useTexts(home);
  const [by, setBy] = useState<By>("holding");
  const parts = useMemo(() => held(told, tell("cash")), [told, tell]);
  return (
    <Card title={tell("allocation")} actions={<DivisionSelect by={by} onChange={setBy} />}>
      {by === "holding" ? (
        <Parts parts={parts} asked={asked} currency={told.currency} at={told.at} />
      ) : (
        <Divided by={by} asked={asked} />
      )}
    </Card>
  );
}

function Divided({ by, asked }: { by: Division; asked: Asked }) {
  const tell = useTexts(allocation);
  const query = useQuery(allocationQuery(asked));
  const missing = (slices: Slices) => slices.some(({ kind }) => kind === "unclassified");
  return (
    <Loaded query={query} lines={4}>
      {(found) => (
        <>
          <Sliced by={by} found={found} asked={asked} />
          {by !== "currency" && missing(found[`by_${by}`]) && (
            <p className="small">
              <Link to="/data">{tell("divided_hint")}</Link>
            </p>
          )}
        </>
      )}
    </Loaded>
  );
}

type Slices = Schemas["AllocationShape"]["by_class"];
type SlicedProps = { by: Division; found: Schemas["AllocationShape"]; asked: Asked };

function Sliced({ by, found, asked }: SlicedProps) {
  const nameOf = useSliceName();
  const parts = useMemo(
    () =>
      found[`by_${by}`].flatMap((slice): Part[] => {
        const { value, weight } = slice;
        if (value === null) return [];
        return [{ name: nameOf(by, slice), value, weight, figure: figureOf(by, slice, "value") }];
      }),
    [by, found, nameOf],
  );
  return <Parts parts={parts} asked={asked} currency={found.currency} at={found.at} />;
}

type PartsProps = { parts: readonly Part[]; asked: Asked; currency: string; at: string };

function Parts({ parts, ...told }: PartsProps) {
  const tell = useTexts(home);
  const { slices, rest, owed } = useMemo(() => shares(parts, COLOURS), [parts]);
  return (
    <>
      {slices.length === 0 ? (
        <Empty title={tell("allocation_none")} />
      ) : (
        <div className="home-shares">
          <Ring slices={slices} rest={rest} {...told} />
          <ul className="plain-list home-slices">
            {slices.map((part, place) => (
              <Entry key={part.figure} part={part} place={place} {...told} />
            ))}
            {rest.length > 0 && (
              <li>
                <Swatch />
                {tell("others", { count: rest.length })}
              </li>
            )}
          </ul>
        </div>
      )}
      {owed.length > 0 && <p className="quiet small">{tell("owed", { count: owed.length })}</p>}
    </>
  );
}

type EntryProps = Omit<PartsProps, "parts"> & { part: Part; place?: number };

function Entry({ part, place, asked, currency, at }: EntryProps) {
  const explain = (figure: string) => ({ ...asked, at, figure });
  return (
    <li>
      {place !== undefined && <Swatch place={place} />}
      <span className="home-part">{part.name}</span>
      <span className="home-right">
        <Money value={part.value} currency={currency} explain={explain(part.figure)} />
        {part.weight !== undefined && (
          <span className="small home-weight">
            <Figure
              as="percent"
              value={part.weight}
              explain={explain(part.figure.replace(/value$/, "weight"))}
            />
          </span>
        )}
      </span>
    </li>
  );
}

type RingProps = Omit<PartsProps, "parts"> & { slices: readonly Part[]; rest: readonly Part[] };

function Ring({ slices, rest, ...told }: RingProps) {
  const tell = useTexts(home);
  const format = useFormat();
  const { currency } = told;
  const option = useCallback(
    (colours: Colours) => {
      const others = tell("others", { count: rest.length });
      return sharesOption({ slices, rest, currency, format, others }, colours);
    },
    [slices, rest, currency, format, tell],
  );
  const every = () => (
    <ul className="plain-list home-slices">
      {[...slices, ...rest].map((part) => (
        <Entry key={part.figure} part={part} {...told} />
      ))}
    </ul>
  );
  return <Chart label={tell("allocation_label")} option={option} table={every} size="small" />;
}
