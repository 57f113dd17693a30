import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { CheckField, SelectField, TextField } from "../../ui/Field";
import type { fieldsOf } from "./ticket";
import { CLASSES, SELF_TRADES } from "./ticket";
import type { TicketForm } from "./useTicket";

type Props = { ticket: TicketForm; has: ReturnType<typeof fieldsOf> };

/** Orders that hang together: an entry with its exits, or two exits of what is held. */
export function Exits({ ticket, has }: Props) {
  const tell = useTexts(trade);
  return (
    <>
      <SelectField
        form={ticket}
        name="order_class"
        label={tell("exits")}
        choices={CLASSES.map((value) => ({ value, label: tell(`class_${value}`) }))}
      />
      {ticket.values.order_class === "oto" && (
        <SelectField
          form={ticket}
          name="exit"
          label={tell("exit")}
          choices={[
            { value: "stop_loss", label: tell("stop_loss") },
            { value: "take_profit", label: tell("take_profit") },
          ]}
        />
      )}
      {has.takeProfit && (
        <TextField
          form={ticket}
          name="take_profit"
          pointer="/take_profit/limit_price"
          label={tell("take_profit_limit")}
          inputMode="decimal"
        />
      )}
      {has.stopLoss && (
        <div className="pair">
          <TextField
            form={ticket}
            name="loss_stop"
            pointer="/stop_loss/stop_price"
            label={tell("stop_loss_stop")}
            inputMode="decimal"
          />
          <TextField
            form={ticket}
            name="loss_limit"
            pointer="/stop_loss/limit_price"
            label={tell("stop_loss_limit")}
            inputMode="decimal"
          />
        </div>
      )}
    </>
  );
}

/** What few orders need. It opens by itself when something in it was refused. */
export function More({ ticket, has }: Props) {
  const tell = useTexts(trade);
  const pointers = ["/post_only", "/reduce_only", "/display_qty", "/self_trade", "/client_order_id"];
  const wrong = pointers.some((pointer) => ticket.errorAt(pointer) !== undefined);
  return (
    <details className="trade-more" {...(wrong ? { open: true } : {})}>
      <summary>{tell("more")}</summary>
      <div className="stack">
        {has.postOnly && <CheckField form={ticket} name="post_only" label={tell("post_only")} />}
        {has.reduceOnly && <CheckField form={ticket} name="reduce_only" label={tell("reduce_only")} />}
        {has.iceberg && (
          <TextField form={ticket} name="display_qty" label={tell("display_qty")} inputMode="decimal" />
        )}
        {has.exchange && (
          <SelectField
            form={ticket}
            name="self_trade"
            label={tell("self_trade")}
            choices={SELF_TRADES.map((value) => ({ value, label: tell(`self_${value}`) }))}
          />
        )}
        <TextField form={ticket} name="client_order_id" label={tell("client_order_id")} />
      </div>
    </details>
  );
}
