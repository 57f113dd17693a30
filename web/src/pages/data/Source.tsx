import { useFormat } from "../../i18n/format";
import { Simulated, Stale } from "../../ui/Figure";
import type { Price } from "./queries";

export const today = (): string => new Date().toISOString().slice(0, 10);

/** How old a price is, with its marks. */
export function Age({ price }: { price: Price }) {
  const format = useFormat();
  const old = price.as_of.slice(0, 10) < today();
  return (
    <span>
      <time dateTime={price.as_of} title={format.moment(price.as_of)}>
        {format.age(price.as_of)}
      </time>{" "}
      {old && <Stale asOf={price.as_of} />} {price.simulated && <Simulated />}
    </span>
  );
}
