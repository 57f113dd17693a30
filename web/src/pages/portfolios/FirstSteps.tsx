import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { ledger } from "../../i18n/ledger";
import { Button } from "../../ui/Button";
import type { Kind } from "./queries";

/** What a portfolio begins with. */
export function FirstSteps({ onAdd }: { onAdd: (kind: Kind) => void }) {
  const tell = useTexts(ledger);
  return (
    <Card title={tell("none_title")}>
      <p className="quiet">{tell("none_text")}</p>
      <div className="row">
        <Button onClick={() => onAdd("deposit")}>{tell("add_deposit")}</Button>
        <Button kind="secondary" onClick={() => onAdd("buy")}>
          {tell("add_purchase")}
        </Button>
        <Button kind="secondary" onClick={() => onAdd("transfer_in")}>
          {tell("add_held")}
        </Button>
      </div>
    </Card>
  );
}
