import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { portfolios } from "../../i18n/portfolios";
import { Mark, Simulated, Stale } from "../../ui/Figure";
import type { Holding } from "./queries";
import { lastSession } from "../../api/days";

/** What is to be known of a price before it is believed. */
export function PriceMarks({ row, at }: { row: Holding; at: string }) {
  const tell = useTexts(portfolios);
  const format = useFormat();
  const { price_filled: filled, price_on: on, price_source: source } = row;
  return (
    <>
      {source === "simulated" && <Simulated />}{" "}
      {filled !== null && on !== null && (
        <Mark kind="warn" title={tell("filled_hint", { day: format.day(on) })}>
          {tell(`filled_${filled}`)}
        </Mark>
      )}
      {filled === null && on !== null && on < lastSession(at) && <Stale asOf={on} />}
    </>
  );
}
