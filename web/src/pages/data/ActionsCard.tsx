import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { useFormat } from "../../i18n/format";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Figure, Money } from "../../ui/Figure";
import { Empty, Loaded } from "../../ui/states";
import { toast } from "../../ui/Toasts";
import { ActionDialog } from "./ActionDialog";
import type { Action } from "./queries";
import { actionsQuery, useMarketChanged } from "./queries";

export function ActionsCard({ symbol }: { symbol: string }) {
  const tell = useTexts(data);
  const query = useQuery(actionsQuery(symbol));
  const [open, setOpen] = useState<"enter" | Action>();
  const close = () => setOpen(undefined);
  return (
    <Card
      title={`${tell("tab_actions")}: ${symbol}`}
      actions={
        <Button kind="secondary" small onClick={() => setOpen("enter")}>
          {tell("action_enter")}
        </Button>
      }
    >
      <Loaded
        query={query}
        lines={3}
        empty={(actions) =>
          actions.length === 0 && (
            <Empty title={tell("actions_none", { symbol })} text={tell("actions_none_text")} />
          )
        }
      >
        {(actions) => (
          <ul className="plain-list">
            {actions.map((action) => (
              <Entry key={action.id} action={action} onUndo={() => setOpen(action)} />
            ))}
          </ul>
        )}
      </Loaded>
      {open === "enter" && <ActionDialog symbol={symbol} onClose={close} />}
      {open !== undefined && open !== "enter" && <TakeBack action={open} onClose={close} />}
    </Card>
  );
}

function Entry({ action, onUndo }: { action: Action; onUndo: () => void }) {
  const tell = useTexts(data);
  const format = useFormat();
  const kind = tell(`action_${action.kind}`);
  const day = format.day(action.ex_date);
  return (
    <li className="entry">
      <div>
        <p>
          {kind} <span className="quiet">{day}</span>
        </p>
        <p className="quiet small">
          <Terms action={action} />
        </p>
      </div>
      <Button kind="secondary" small aria-label={tell("action_undo_named", { kind, day })} onClick={onUndo}>
        {tell("action_undo")}
      </Button>
    </li>
  );
}

function Terms({ action }: { action: Action }) {
  const tell = useTexts(data);
  const format = useFormat();
  const { new: fresh, old, into, basis_share: share, currency } = action;
  const cash = [
    [tell("cash_per_unit"), action.cash_per_unit],
    [tell("cash_in_lieu"), action.cash_in_lieu_price],
  ] as const;
  return (
    <>
      {fresh !== null && old !== null && (
        <span title={`${format.exact(fresh)} : ${format.exact(old)}`}>
          {tell("ratio_of", { new: format.quantity(fresh), old: format.quantity(old) })}{" "}
        </span>
      )}
      {into !== null && <>→ {into} </>}
      {share !== null && (
        <>
          · {tell("basis_share")}: <Figure as="percent" value={share} />{" "}
        </>
      )}
      {cash.map(([label, amount]) =>
        amount === null ? null : (
          <span key={label}>
            · {label}: <Money value={amount} currency={currency ?? ""} />{" "}
          </span>
        ),
      )}
      {action.note !== null && <>· {action.note}</>}
    </>
  );
}

function TakeBack({ action, onClose }: { action: Action; onClose: () => void }) {
  const tell = useTexts(data);
  const changed = useMarketChanged();
  const undo = async () => {
    const path = { symbol: action.symbol, action_id: action.id };
    await api.delete("/api/v1/instruments/{symbol}/actions/{action_id}", { path });
    toast(tell("action_undone"));
    changed();
  };
  return (
    <Confirm
      title={tell("action_undo_title")}
      text={tell("action_undo_text")}
      action={tell("action_undo")}
      onConfirm={undo}
      onClose={onClose}
    />
  );
}
