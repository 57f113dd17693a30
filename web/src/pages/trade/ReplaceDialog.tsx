import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";
import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { Dialog } from "../../ui/Dialog";
import { SelectField, TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import type { FormState } from "../../ui/form";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";
import { Became, useFollowed } from "./Followed";
import type { Order } from "./queries";
import { accountQuery, openOrdersQuery } from "./queries";
import type { TimeInForce } from "./ticket";
import { TIMES } from "./ticket";
import { useOrderWords } from "./words";

type Props = { order: Order; onClose: () => void };

/** Reads the orders and the account again, says what was done, and closes. */
export function useDone({ order, onClose }: Props): (text: string) => void {
  const client = useQueryClient();
  return (text) => {
    void client.invalidateQueries(openOrdersQuery(order.portfolio_id));
    void client.invalidateQueries(accountQuery(order.portfolio_id));
    toast(text);
    onClose();
  };
}

/** Another order in its place, on the exchange; what is left as it is stays. */
export function ReplaceDialog({ order, onClose }: Props) {
  const tell = useTexts(trade);
  const words = useOrderWords();
  const done = useDone({ order, onClose });
  const { now, change } = useFollowed(order);
  const { terms } = order;
  const initial = {
    qty: "",
    limit_price: terms?.limit_price ?? "",
    stop_price: terms?.stop_price ?? "",
    trail: terms?.trail_amount ?? terms?.trail_percent ?? "",
    time_in_force: "",
  };
  const form = useForm({
    id: `order/${order.id}/${order.version}`,
    initial,
    send: (values, attempt) => {
      const changed = Object.entries(values)
        .map(([name, value]) => [name, value.trim()] as const)
        .filter(([name, value]) => value !== "" && value !== initial[name as keyof typeof initial]);
      const body = Object.fromEntries(changed);
      return change((order_id, ifMatch) =>
        api.post("/api/v1/orders/{order_id}/replace", { path: { order_id }, body, ifMatch, attempt }),
      );
    },
    done: () => done(tell("replaced")),
  });
  return (
    <Dialog title={tell("replace_title")} onClose={onClose}>
      <p>{words.brief(order)}</p>
      <Became order={order} now={now} />
      <Form form={form} label={tell("replace_title")}>
        <Changes form={form} order={order} initial={initial} />
        <p className="small quiet">{tell("replace_hint")}</p>
        <Submit form={form}>{tell("replace")}</Submit>
      </Form>
    </Dialog>
  );
}

type ChangesProps = {
  form: FormState;
  order: Order;
  initial: Readonly<Record<"stop_price" | "limit_price" | "trail", string>>;
};

/** What may be given anew: of the prices those that the order has. */
function Changes({ form, order, initial }: ChangesProps) {
  const tell = useTexts(trade);
  // What is as usual is not said: an order that hangs with no other is an entry.
  const isEntry = (order.terms?.role ?? "entry") === "entry";
  return (
    <>
      {isEntry && (
        <TextField
          form={form}
          name="qty"
          label={tell("quantity")}
          hint={tell("keep_time")}
          inputMode="decimal"
        />
      )}
      {initial.stop_price !== "" && (
        <TextField form={form} name="stop_price" label={tell("stop_price")} inputMode="decimal" />
      )}
      {initial.limit_price !== "" && (
        <TextField form={form} name="limit_price" label={tell("limit_price")} inputMode="decimal" />
      )}
      {initial.trail !== "" && (
        <TextField form={form} name="trail" label={tell("trail")} inputMode="decimal" />
      )}
      <SelectField
        form={form}
        name="time_in_force"
        label={tell("time_in_force")}
        choices={[
          { value: "", label: tell("keep_time") },
          // A moment to end at cannot be given anew.
          ...TIMES.filter((time: TimeInForce) => time !== "gtd").map((value) => ({
            value,
            label: tell(`time_${value}`),
          })),
        ]}
      />
    </>
  );
}

/** The quantity of an order on the manual venue is changed in the order itself. */
export function AmendDialog({ order, onClose }: Props) {
  const tell = useTexts(trade);
  const words = useOrderWords();
  const done = useDone({ order, onClose });
  const { now, change } = useFollowed(order);
  const form = useForm({
    id: `order/${order.id}/${order.version}`,
    initial: { qty: order.original_qty as string },
    send: (values, attempt) =>
      change((order_id, ifMatch) =>
        api.put("/api/v1/orders/{order_id}", {
          path: { order_id },
          body: { qty: values.qty.trim() },
          ifMatch,
          attempt,
        }),
      ),
    done: () => done(tell("amended")),
  });
  return (
    <Dialog title={tell("amend_title")} onClose={onClose}>
      <p>{words.brief(order)}</p>
      <Became order={order} now={now} />
      <Form form={form} label={tell("amend_title")}>
        <TextField
          form={form}
          name="qty"
          label={tell("quantity")}
          hint={tell("amend_hint")}
          inputMode="decimal"
        />
        <Submit form={form}>{tell("amend")}</Submit>
      </Form>
    </Dialog>
  );
}
