import { api } from "../../api/client";
import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";
import { Became, useFollowed } from "./Followed";
import type { Order } from "./queries";
import { useDone } from "./ReplaceDialog";
import { useOrderWords } from "./words";

/** On the manual venue the person plays the broker: so much was executed, at that price. */
export function ExecuteDialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const tell = useTexts(trade);
  const words = useOrderWords();
  const done = useDone({ order, onClose });
  const { now, change } = useFollowed(order);
  const form = useForm({
    id: `order/${order.id}/${order.version}/execute`,
    initial: { executed_qty: order.pending_qty as string, price: "" },
    send: (values, attempt) =>
      change((order_id, ifMatch) =>
        api.post("/api/v1/orders/{order_id}/execute", {
          path: { order_id },
          body: {
            executed_qty: values.executed_qty.trim(),
            ...(values.price.trim() === "" ? {} : { price: values.price.trim() }),
          },
          ifMatch,
          attempt,
        }),
      ),
    done: () => done(tell("executed_toast")),
  });
  return (
    <Dialog title={tell("execute_title")} onClose={onClose}>
      <p>{words.brief(order)}</p>
      <Became order={order} now={now} />
      <Form form={form} label={tell("execute_title")}>
        <TextField form={form} name="executed_qty" label={tell("quantity")} inputMode="decimal" />
        <TextField
          form={form}
          name="price"
          label={tell("price")}
          hint={tell("execute_price_hint")}
          inputMode="decimal"
        />
        <Submit form={form}>{tell("execute")}</Submit>
      </Form>
    </Dialog>
  );
}
