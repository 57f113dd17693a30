import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { ledger } from "../../i18n/ledger";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Dialog } from "../../ui/Dialog";
import { Mark } from "../../ui/Figure";
import { Loaded } from "../../ui/states";
import { CorrectionDialog } from "./CorrectionDialog";
import { useReversal } from "./EntryDialogs";
import type { Portfolio, Transaction } from "./queries";
import { transactionQuery } from "../../api/queries";
import { Told } from "./Told";
import { statesOf } from "./Transactions";

type Props = { portfolio: Portfolio; first: Transaction; onClose: () => void };

/** One transaction, the versions before and after it, and what can be done with it. */
export function TransactionDialog({ portfolio, first, onClose }: Props) {
  const tell = useTexts(ledger);
  const reverse = useReversal();
  const [shown, setShown] = useState(first.id);
  const [act, setAct] = useState<"correct" | "reverse">();
  const query = useQuery(transactionQuery(portfolio.id, shown));
  const one = query.data;
  if (act === "correct" && one) return <CorrectionDialog portfolio={portfolio} old={one} onClose={onClose} />;
  if (act === "reverse" && one) {
    const transfer = one.transfer_id === null ? "" : ` ${tell("reverse_transfer")}`;
    return (
      <Confirm
        title={tell("reverse_title")}
        text={tell("reverse_text") + transfer}
        action={tell("reverse")}
        onConfirm={() => reverse(one)}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog title={tell("details", { id: String(shown) })} onClose={onClose}>
      <Loaded query={query} lines={6}>
        {(told) => <Details one={told} onSee={setShown} onAct={setAct} />}
      </Loaded>
    </Dialog>
  );
}

type DetailsProps = {
  one: Transaction;
  onSee: (id: number) => void;
  onAct: (act: "correct" | "reverse") => void;
};

function Details({ one, onSee, onAct }: DetailsProps) {
  const tell = useTexts(ledger);
  const format = useFormat();
  const stands = one.reversed_by === null && one.reverses === null;
  const links = (["replaces", "reverses", "reversed_by"] as const).flatMap((name) => {
    const id = one[name];
    return id === null ? [] : [{ name, id }];
  });
  return (
    <>
      <p className="row">
        {statesOf(one).map((state) => (
          <Mark key={state} {...(state === "reversed" && { kind: "warn" as const })}>
            {tell(`state_${state}`)}
          </Mark>
        ))}
        <span className="quiet small">{format.moment(one.recorded_at)}</span>
      </p>
      <Told one={one} />
      {links.length > 0 && (
        <div className="row">
          {links.map(({ name, id }) => (
            <Button key={name} kind="plain" small onClick={() => onSee(id)}>
              {tell(`see_${name}`)}
            </Button>
          ))}
        </div>
      )}
      {one.fill_id !== null && <p className="notice">{tell("by_order")}</p>}
      {stands && one.fill_id === null && (
        <div className="row">
          {one.transfer_id === null && <Button onClick={() => onAct("correct")}>{tell("correct")}</Button>}
          <Button kind="danger" onClick={() => onAct("reverse")}>
            {tell("reverse")}
          </Button>
        </div>
      )}
    </>
  );
}
