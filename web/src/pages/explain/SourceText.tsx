import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { explain } from "../../i18n/explain";
import { Mark, Simulated } from "../../ui/Figure";
import { useSourceName } from "../../i18n/sources";
import type { Node, Source } from "./queries";

type Props = { source: Source; onShow: (transaction: { portfolio: number; id: number }) => void };

/** What a leaf was read from, and of which day. */
export function SourceText({ source, onShow }: Props) {
  const tell = useTexts(explain);
  const format = useFormat();
  const sourceName = useSourceName();
  const { kind, id, portfolio_id: portfolio, on, symbol } = source;
  const day = on === null ? "" : format.day(on);
  const words = { symbol: symbol ?? "", day, source: sourceName(source.source ?? ""), what: source.what };
  const marks = (
    <>
      {source.source === "simulated" && <Simulated />}{" "}
      {source.filled !== null && <Mark kind="warn">{tell("filled")}</Mark>}
    </>
  );
  switch (kind) {
    case "transaction":
      if (id === null || portfolio === null) return <>{tell("stated")}</>;
      return (
        <button
          type="button"
          className="explain-link"
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            onShow({ portfolio, id });
          }}
        >
          {tell("transaction_on", { id: String(id), day })}
        </button>
      );
    case "price":
      return (
        <>
          {tell("price_on", words)} {marks}
        </>
      );
    case "rate":
      return (
        <>
          {tell("rate_on", words)} {source.legs.length > 1 && <Legs source={source} />} {marks}
        </>
      );
    case "action":
      return <>{tell("action_on", { ...words, id: String(id) })}</>;
    case "figure":
      return <>{tell("figure_apart")}</>;
    case "constant":
      return <>{tell("stated")}</>;
  }
}

function Legs({ source }: { source: Source }) {
  const format = useFormat();
  const legs = source.legs.map(
    ({ pair, on, rate, inverted }) =>
      `${inverted ? "1 / " : ""}${pair} ${format.exact(rate)} (${format.day(on)})`,
  );
  return <>= {legs.join(" × ")}</>;
}

export function MissingText({ missing }: { missing: NonNullable<Node["missing"]> }) {
  const tell = useTexts(explain);
  const format = useFormat();
  const { what, subject, on } = missing;
  return <Mark kind="warn">{tell(`missing_${what}`, { subject, day: format.day(on) })}</Mark>;
}
