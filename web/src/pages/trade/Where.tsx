import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useId, useState } from "react";
import type { Schemas } from "../../api/queries";
import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { Segments } from "../../ui/Segments";
import type { TradeSearch, Venue } from "./route";
import { VENUES } from "./route";
import { accountsQuery } from "./queries";

type Props = {
  portfolios: readonly Schemas["Portfolio"][];
  portfolio: number;
  venue: Venue;
  symbol: string | undefined;
  symbols: readonly string[];
};

/** Which portfolio trades what, and where: all of it is in the address. */
export function Where({ portfolios, portfolio, venue, symbol, symbols }: Props) {
  const tell = useTexts(trade);
  const navigate = useNavigate();
  const accounts = useQuery(accountsQuery).data;
  const id = useId();
  const go = (change: TradeSearch) =>
    void navigate({ to: "/trade", search: (before) => ({ ...before, ...change }), replace: true });
  const nameOf = ({ id: of, name }: Schemas["Portfolio"]) =>
    accounts === undefined || accounts.some((account) => account.portfolio_id === of)
      ? name
      : tell("portfolio_no_account", { name });
  return (
    <section className="trade-where" aria-label={tell("title")}>
      <div className="field">
        <label htmlFor={id}>{tell("portfolio")}</label>
        <select id={id} value={portfolio} onChange={(event) => go({ portfolio: Number(event.target.value) })}>
          {portfolios.map((one) => (
            <option key={one.id} value={one.id}>
              {nameOf(one)}
            </option>
          ))}
        </select>
      </div>
      <Segments
        legend={tell("venue")}
        value={venue}
        choices={VENUES.map((value) => ({ value, label: tell(`venue_${value}`) }))}
        onChange={(value) => go({ venue: value })}
      />
      <SymbolField symbol={symbol} symbols={symbols} onPick={(picked) => go({ symbol: picked })} />
    </section>
  );
}

type SymbolProps = {
  symbol: string | undefined;
  symbols: readonly string[];
  onPick: (symbol: string) => void;
};

function SymbolField({ symbol, symbols, onPick }: SymbolProps) {
  const tell = useTexts(trade);
  const id = useId();
  const [typed, setTyped] = useState(symbol ?? "");
  useEffect(() => setTyped(symbol ?? ""), [symbol]);
  const pick = (text: string) => {
    const wanted = text.trim().toUpperCase();
    if (wanted !== "" && wanted !== symbol) onPick(wanted);
  };
  return (
    <form
      className="field"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        pick(typed);
      }}
    >
      <label htmlFor={id}>{tell("symbol")}</label>
      <input
        id={id}
        className="trade-symbol"
        data-shortcut="symbol"
        list={`${id}-list`}
        value={typed}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        title={tell("symbol_hint")}
        onFocus={(event) => event.target.select()}
        onBlur={() => pick(typed)}
        onChange={(event) => {
          setTyped(event.target.value);
          // What is chosen from the list comes as one input that is no typing.
          const how = event.nativeEvent instanceof InputEvent ? event.nativeEvent.inputType : "";
          if (how === "" || how === "insertReplacementText") pick(event.target.value);
        }}
      />
      <datalist id={`${id}-list`}>
        {symbols.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </form>
  );
}
