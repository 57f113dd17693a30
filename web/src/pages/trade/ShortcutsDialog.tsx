import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { Dialog } from "../../ui/Dialog";
import { KEYS } from "./shortcuts";

type Props = { on: boolean; onChange: (on: boolean) => void; onClose: () => void };

export function ShortcutsDialog({ on, onChange, onClose }: Props) {
  const tell = useTexts(trade);
  const rows = [
    ...Object.entries(KEYS).map(([key, what]) => [key, tell(`shortcut_${what}`)] as const),
    ["Enter", tell("shortcut_review")] as const,
    ["Esc", tell("shortcut_close")] as const,
  ];
  return (
    <Dialog title={tell("shortcuts")} onClose={onClose}>
      <dl className="trade-facts trade-keys">
        {rows.map(([key, what]) => (
          <div key={key}>
            <dt>{what}</dt>
            <dd>
              <kbd>{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
      <label className="choice">
        <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
        {tell("shortcuts_on")}
      </label>
    </Dialog>
  );
}
