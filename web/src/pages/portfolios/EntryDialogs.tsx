import type { QueryClient } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";
import { useTexts } from "../../i18n/catalogue";
import { ledger } from "../../i18n/ledger";
import { Dialog } from "../../ui/Dialog";
import { useErrorText } from "../../ui/errors";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";
import { NOTHING, stated } from "./kinds";
import type { Kind, Portfolio, Transaction } from "./queries";
import { TransactionForm } from "./TransactionForm";
import { today } from "../../api/days";

/** Reads again all that was read of portfolios: one change may reach another of them. */
export const changed = (client: QueryClient) => client.invalidateQueries({ queryKey: ["portfolios"] });

/** Takes a transaction back, and says so. */
export function useReversal() {
  const tell = useTexts(ledger);
  const client = useQueryClient();
  return async ({ portfolio_id, id: transaction_id }: Transaction, attempt?: string) => {
    await api.post("/api/v1/portfolios/{portfolio_id}/transactions/{transaction_id}/reversal", {
      path: { portfolio_id, transaction_id },
      ...(attempt !== undefined && { attempt }),
    });
    toast(tell("reversed"));
    await changed(client);
  };
}

type EntryProps = { portfolio: Portfolio; kind: Kind; onClose: () => void };

export function NewTransactionDialog({ portfolio, kind, onClose }: EntryProps) {
  const tell = useTexts(ledger);
  const client = useQueryClient();
  const reverse = useReversal();
  const errorText = useErrorText();
  const path = { portfolio_id: portfolio.id };
  const form = useForm({
    id: `portfolio/${portfolio.id}/transaction`,
    initial: { ...NOTHING, kind, trade_date: today() },
    send: (values, attempt) =>
      api.post("/api/v1/portfolios/{portfolio_id}/transactions", { path, body: stated(values), attempt }),
    done: (made) => {
      const undo = () =>
        void reverse(made).catch((error: unknown) => toast(errorText(error as Error), { kind: "error" }));
      toast(tell("recorded", { kind: tell(`kind_${made.kind}`) }), { undo });
      void changed(client);
      onClose();
    },
  });
  return (
    <Dialog title={tell("add")} onClose={onClose}>
      <TransactionForm form={form} label={tell("add")} portfolio={portfolio}>
        {tell("record")}
      </TransactionForm>
    </Dialog>
  );
}
