import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";
import { ProblemError } from "../../api/problems";
import { useTexts } from "../../i18n/catalogue";
import { ledger } from "../../i18n/ledger";
import { Dialog } from "../../ui/Dialog";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";
import { changed } from "./EntryDialogs";
import { entriesOf, stated } from "./kinds";
import type { Kind, Portfolio, Transaction } from "./queries";
import { becameQuery } from "./queries";
import { Told } from "./Told";
import { TransactionForm } from "./TransactionForm";

type Props = { portfolio: Portfolio; old: Transaction; onClose: () => void };

/**
 * Another transaction in the place of one, which is shown above it as it was. When that was corrected or taken back
 * elsewhere meanwhile, what stands now is shown beside the entries, which go in the place of that.
 */
export function CorrectionDialog({ portfolio, old, onClose }: Props) {
  const tell = useTexts(ledger);
  const client = useQueryClient();
  const { data: now = old } = useQuery({ ...becameQuery(old), enabled: old.reversed_by !== null });
  const form = useForm({
    id: `portfolio/${portfolio.id}/correction/${old.id}`,
    initial: entriesOf(old),
    send: async (values, attempt) => {
      const path = { portfolio_id: portfolio.id, transaction_id: now?.id ?? old.id };
      if (now === null) {
        const body = stated(values);
        return api.post("/api/v1/portfolios/{portfolio_id}/transactions", { path, body, attempt });
      }
      try {
        const body = stated(values, now);
        return await api.post("/api/v1/portfolios/{portfolio_id}/transactions/{transaction_id}/correction", {
          path,
          body,
          attempt,
        });
      } catch (error) {
        if (error instanceof ProblemError && error.code === "already-reversed") await changed(client);
        throw error;
      }
    },
    done: (_, { kind }) => {
      toast(now === null ? tell("recorded", { kind: tell(`kind_${kind as Kind}`) }) : tell("corrected"));
      void changed(client);
      onClose();
    },
  });
  const title = tell("correct_title");
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="old-version">
        <h3>{tell("old_version")}</h3>
        <Told one={old} />
      </div>
      {now !== old && <Became now={now} />}
      <TransactionForm form={form} label={title} portfolio={portfolio}>
        {tell(now === null ? "record" : "correct_send")}
      </TransactionForm>
    </Dialog>
  );
}

function Became({ now }: { now: Transaction | null }) {
  const tell = useTexts(ledger);
  return (
    <div className="notice" data-kind="warn" role="status">
      <div>
        <p>{tell(now === null ? "became_nothing" : "became")}</p>
        {now !== null && <Told one={now} />}
      </div>
    </div>
  );
}
