import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useId, useState } from "react";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { Button } from "../../ui/Button";
import { ActionsCard } from "./ActionsCard";
import { instrumentsQuery } from "./queries";

/** The corporate actions of one instrument, which is chosen or typed. */
export function Actions() {
  const tell = useTexts(data);
  const id = useId();
  const navigate = useNavigate();
  const { symbol = "" } = useSearch({ from: "/framed/data" });
  const [typed, setTyped] = useState(symbol);
  const { data: known } = useInfiniteQuery(instrumentsQuery);
  const instruments = known?.pages.flatMap((page) => page.data) ?? [];
  return (
    <div className="stack">
      <form
        className="asking"
        onSubmit={(event) => {
          event.preventDefault();
          const wanted = typed.trim().toUpperCase();
          void navigate({ to: "/data", search: { tab: "actions", ...(wanted && { symbol: wanted }) } });
        }}
      >
        <div className="field">
          <label htmlFor={id}>{tell("symbol")}</label>
          <input
            id={id}
            value={typed}
            list={`${id}-known`}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
          />
          <datalist id={`${id}-known`}>
            {instruments.map((one) => (
              <option key={one.symbol} value={one.symbol}>
                {one.name}
              </option>
            ))}
          </datalist>
        </div>
        <Button type="submit" kind="secondary">
          {tell("actions_show")}
        </Button>
      </form>
      {symbol === "" ? (
        <p className="quiet">
          {tell("actions_choose")} {tell("actions_hint")}
        </p>
      ) : (
        <ActionsCard key={symbol} symbol={symbol} />
      )}
    </div>
  );
}
