import { useId } from "react";
import { useTexts } from "../../i18n/catalogue";
import { ledger } from "../../i18n/ledger";
import { KINDS } from "./kinds";
import type { Sought } from "./queries";

type Props = { sought: Sought; onSeek: (sought: Sought) => void };

/** What of the ledger is looked for: the API finds it, so it is found among all and not among what is loaded. */
export function Seek({ sought, onSeek }: Props) {
  const tell = useTexts(ledger);
  const id = useId();
  const change = (name: keyof Sought) => (event: { target: { value: string } }) => {
    const { [name]: _, ...rest } = sought;
    const { value } = event.target;
    onSeek(value === "" ? rest : { ...rest, [name]: value });
  };
  return (
    <div className="seek" role="search">
      <div className="field">
        <label htmlFor={`${id}-kind`}>{tell("kind")}</label>
        <select id={`${id}-kind`} value={sought.kind ?? ""} onChange={change("kind")}>
          <option value="">{tell("kind_all")}</option>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {tell(`kind_${kind}`)}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor={`${id}-symbol`}>{tell("seek_symbol")}</label>
        <input
          id={`${id}-symbol`}
          value={sought.symbol ?? ""}
          autoComplete="off"
          spellCheck={false}
          onChange={change("symbol")}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-from`}>{tell("seek_from")}</label>
        <input id={`${id}-from`} type="date" value={sought.from ?? ""} onChange={change("from")} />
      </div>
      <div className="field">
        <label htmlFor={`${id}-to`}>{tell("seek_to")}</label>
        <input id={`${id}-to`} type="date" value={sought.to ?? ""} onChange={change("to")} />
      </div>
    </div>
  );
}
