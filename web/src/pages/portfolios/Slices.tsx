import { allocation } from "../../i18n/allocation";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import type { Division, Slice } from "../../ui/division";
import { figureOf, Swatch, useSliceName } from "../../ui/division";
import type { Explained } from "../../ui/Figure";
import { Figure, Money } from "../../ui/Figure";

type Props = {
  by: Division;
  slices: readonly Slice[];
  currency: string;
  explain: (figure: string) => Explained;
};

/** What each slice is worth, and how much of the whole that is. */
export function Slices({ by, slices, currency, explain }: Props) {
  const tell = useTexts(allocation);
  const nameOf = useSliceName();
  const format = useFormat();
  return (
    <table className="plain-table slices" aria-label={tell(`by_${by}`)}>
      <thead>
        <tr>
          <th scope="col">{tell("slice")}</th>
          <th scope="col" data-numeric="true">
            {tell("weight")}
          </th>
          <th scope="col" data-numeric="true">
            {tell("value")}
          </th>
        </tr>
      </thead>
      <tbody>
        {slices.map((slice, place) => (
          <tr key={`${slice.kind} ${slice.name}`}>
            <th scope="row">
              <Swatch place={place} /> {nameOf(by, slice)}
              {Number(slice.coverage) < 1 && (
                <span className="quiet small">
                  {" "}
                  {tell("partly", { known: format.percent(slice.coverage) })}
                </span>
              )}
            </th>
            <td data-numeric="true">
              <Figure as="percent" value={slice.weight} explain={explain(figureOf(by, slice, "weight"))} />
            </td>
            <td data-numeric="true">
              <Money
                value={slice.value}
                currency={currency}
                explain={explain(figureOf(by, slice, "value"))}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
