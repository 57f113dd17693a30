import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import type { Schemas } from "../../api/queries";
import { portfoliosQuery } from "../../api/queries";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";

type Props = { value: number; portfolios: readonly Schemas["Portfolio"][]; onChange: (id: number) => void };

export function PortfolioSelect({ value, portfolios, onChange }: Props) {
  const tell = useTexts(data);
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{tell("portfolio")}</label>
      <select id={id} value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {portfolios.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </div>
  );
}

/** All portfolios, and the one that is wanted: the newest, unless another is asked for. */
export function useChosen(wanted: number | undefined) {
  const query = useQuery(portfoliosQuery);
  const chosen = query.data?.find((one) => one.id === wanted) ?? query.data?.[0];
  return { query, chosen };
}
