import { useId } from "react";
import type { Choice } from "./Field";

type Props<T extends string> = {
  legend: string;
  value: T;
  choices: readonly (Choice & { value: T })[];
  onChange: (value: T) => void;
  /** The legend is there for screen readers alone. */
  quiet?: boolean;
};

/** A few choices of which one holds: radio buttons, drawn as one strip. */
export function Segments<T extends string>({ legend, value, choices, onChange, quiet = false }: Props<T>) {
  const name = useId();
  return (
    <fieldset className="field">
      <legend className={quiet ? "visually-hidden" : undefined}>{legend}</legend>
      <div className="segments">
        {choices.map((choice) => (
          <label key={choice.value}>
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
