import { useCallback } from "react";
import type { Schemas } from "../api/queries";
import { useTexts } from "../i18n/catalogue";
import { allocation } from "../i18n/allocation";
import { useFormat } from "../i18n/format";
import "./division.css";

export type Slice = Schemas["SliceShape"];
export type Division = "class" | "currency" | "sector" | "country";
/** By what the net worth is divided; a holding is not divided further. */
export type By = "holding" | Division;

const ALL: readonly By[] = ["holding", "class", "currency", "sector", "country"];

/** There are so many colours that one can tell apart. */
export const COLOURS = 6;

/** Chooses the division. */
export function DivisionSelect({ by, onChange }: { by: By; onChange: (by: By) => void }) {
  const tell = useTexts(allocation);
  return (
    <div className="field division">
      <select
        aria-label={tell("divided_by")}
        value={by}
        onChange={(event) => onChange(ALL.find((one) => one === event.target.value) ?? "holding")}
      >
        {ALL.map((one) => (
          <option key={one} value={one}>
            {tell(`by_${one}`)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The figures of a slice, by the paths of the API. */
export const figureOf = (division: Division, { kind, name }: Slice, what: "value" | "weight"): string =>
  ["allocation", `by_${division}`, kind, ...(name === null ? [] : [name]), what].join(".");

type Kind = Schemas["InstrumentShape"]["kind"];

/** Gives the name of a slice in the reader's language. */
export function useSliceName(): (division: Division, slice: Slice) => string {
  const tell = useTexts(allocation);
  const format = useFormat();
  return useCallback(
    (division, { kind, name }) => {
      if (name === null) return kind === "cash" ? tell("cash") : tell(`unclassified_${division}`);
      if (division === "class") return tell(`class_${name as Kind}`);
      return division === "country" ? format.countryName(name) : name;
    },
    [tell, format],
  );
}

/** The colour in which a part is drawn beside it, by its place from 0 on; without one that of the rest. */
export const Swatch = ({ place }: { place?: number | undefined }) => (
  <span className="swatch" data-place={place === undefined ? "rest" : (place % COLOURS) + 1} />
);
