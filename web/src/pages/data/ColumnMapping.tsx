import { useId } from "react";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import type { Field, What } from "./mapping";
import { FIELDS } from "./mapping";

/** What a field of a row is called. */
export function useFieldName(): (field: Field) => string {
  const tell = useTexts(data);
  return (field) => {
    switch (field) {
      case "symbol":
      case "price":
      case "currency":
      case "pair":
      case "rate":
      case "note":
        return tell(field);
      default:
        return tell(`field_${field}`);
    }
  };
}

type Props = {
  what: What;
  columns: readonly string[];
  mapping: readonly (Field | null)[];
  onMap: (at: number, field: Field | null) => void;
};

export function Mapping({ what, columns, mapping, onMap }: Props) {
  const tell = useTexts(data);
  const fieldName = useFieldName();
  const id = useId();
  return (
    <div className="mapping">
      {columns.map((name, at) => (
        <div key={at} className="field">
          <label htmlFor={`${id}-${at}`}>{name || `#${at + 1}`}</label>
          <select
            id={`${id}-${at}`}
            value={mapping[at] ?? ""}
            onChange={(event) => onMap(at, (event.target.value || null) as Field | null)}
          >
            <option value="">{tell("upload_unused")}</option>
            {FIELDS[what].map((field) => (
              <option key={field} value={field}>
                {fieldName(field)}
              </option>
            ))}
          </select>
        </div>
      ))}
    </div>
  );
}
