import type { ReactNode } from "react";
import type { Decimal } from "../../api/numbers";
import { compare } from "../../api/numbers";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { useFormat } from "../../i18n/format";
import { Button } from "../../ui/Button";
import { SelectField, TextField } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { Segments } from "../../ui/Segments";
import type { Listing } from "./queries";
import { Review } from "./Review";
import { Exits, More } from "./TicketMore";
import { fieldsOf, timesOf, TYPES } from "./ticket";
import type { Place, TicketForm } from "./useTicket";

const FINE = "0.00000001" as Decimal;

type Props = { ticket: TicketForm; place: Place; listing: Listing | undefined; preview: ReactNode };
type Part = Pick<Props, "ticket" | "listing"> & { has: ReturnType<typeof fieldsOf> };

/** What is ordered: only fields that fit together are there. Enter leads to the review, Enter there places it. */
export function Ticket({ ticket, place, listing, preview }: Props) {
  const tell = useTexts(trade);
  const has = fieldsOf(ticket.values, place.venue);
  const side = ticket.values.side === "sell" ? "sell" : "buy";
  const part = { ticket, listing, has };
  return (
    <Card title={tell("ticket")}>
      <Form form={ticket} label={tell("ticket")}>
        <div className="trade-side" data-side={side}>
          <Segments
            legend={tell("side")}
            quiet
            value={side}
            choices={[
              { value: "buy", label: tell("buy") },
              { value: "sell", label: tell("sell") },
            ]}
            onChange={(value) => ticket.set("side", value as never)}
          />
        </div>
        {has.exchange && <Kind {...part} />}
        <Size {...part} />
        <Prices {...part} />
        {has.exchange && <Exits {...part} />}
        <More {...part} />
        {preview}
        <Button type="submit" className={`trade-go trade-${side}`} disabled={ticket.sending}>
          {tell(`review_${side}`)}
        </Button>
      </Form>
      {ticket.reviewing && <Review ticket={ticket} place={place} preview={preview} />}
    </Card>
  );
}

function Kind({ ticket, listing, has }: Part) {
  const tell = useTexts(trade);
  const times = timesOf(ticket.values, listing);
  return (
    <div className="pair">
      {has.type && (
        <SelectField
          form={ticket}
          name="type"
          label={tell("type")}
          choices={TYPES.map((value) => ({ value, label: tell(`type_${value}`) }))}
        />
      )}
      <SelectField
        form={ticket}
        name="time_in_force"
        label={tell("time_in_force")}
        choices={times.map((value) => ({ value, label: tell(`time_${value}`) }))}
      />
      {has.expires && (
        <TextField form={ticket} name="expires_at" label={tell("expires_at")} type="datetime-local" />
      )}
    </div>
  );
}

function Size({ ticket, listing, has }: Part) {
  const tell = useTexts(trade);
  const format = useFormat();
  // Where any fraction may be traded, the step says nothing.
  const whole = listing !== undefined && compare(listing.lot, FINE) > 0;
  const lot = whole && tell("quantity_step", { lot: format.exact(listing.lot) });
  return (
    <div className="pair" data-shortcut="quantity">
      {has.amount ? (
        <TextField
          form={ticket}
          name="amount"
          label={listing ? tell("amount_in", { currency: listing.currency }) : tell("amount")}
          inputMode="decimal"
        />
      ) : (
        <TextField
          form={ticket}
          name="qty"
          label={tell("quantity")}
          inputMode="decimal"
          {...(lot ? { hint: lot } : {})}
        />
      )}
      {has.sized && (
        <SelectField
          form={ticket}
          name="sized"
          label={tell("sized")}
          choices={[
            { value: "qty", label: tell("quantity") },
            { value: "amount", label: tell("amount") },
          ]}
        />
      )}
    </div>
  );
}

function Prices({ ticket, listing, has }: Part) {
  const tell = useTexts(trade);
  const format = useFormat();
  const tick = listing ? { hint: tell("price_step", { tick: format.exact(listing.tick) }) } : {};
  const touched = ["market_if_touched", "limit_if_touched"].includes(ticket.values.type);
  const byAmount = ticket.values.trailed === "amount";
  if (!has.limit && !has.stop && !has.trail) return null;
  return (
    <div className="pair">
      {has.stop && (
        <TextField
          form={ticket}
          name="stop_price"
          label={tell(touched ? "trigger_price" : "stop_price")}
          inputMode="decimal"
          {...tick}
        />
      )}
      {has.limit && (
        <TextField
          form={ticket}
          name="limit_price"
          label={tell("limit_price")}
          inputMode="decimal"
          {...tick}
        />
      )}
      {has.trail && (
        <>
          <TextField
            form={ticket}
            name={byAmount ? "trail_amount" : "trail_percent"}
            label={tell(byAmount ? "trail_amount" : "trail_percent")}
            inputMode="decimal"
          />
          <SelectField
            form={ticket}
            name="trailed"
            label={tell("trail_by")}
            choices={[
              { value: "percent", label: tell("percent") },
              { value: "amount", label: tell("amount") },
            ]}
          />
        </>
      )}
    </div>
  );
}
