import type { Decimal } from "../../api/numbers";
import { useFormat } from "../../i18n/format";
import { Figure, Money, Unknown } from "../../ui/Figure";

/** A value in the unit that the API says: a currency, units, a ratio, or something of its own. */
export function Amount({ value, unit }: { value: Decimal | null; unit: string }) {
  const format = useFormat();
  if (value === null) return <Unknown />;
  if (/^[A-Z]{3}$/.test(unit)) return <Money value={value} currency={unit} />;
  if (unit === "ratio") return <Figure value={value} as="percent" />;
  return (
    <span className="figure" title={format.exact(value)}>
      {format.quantity(value)}
      {/* Units are a bare number; whatever else there is says what it counts. */}
      {unit !== "" && unit !== "units" && <span className="quiet"> {unit}</span>}
    </span>
  );
}
