import type { HTMLInputTypeAttribute, ReactNode } from "react";
import { useId } from "react";
import { ProblemError } from "../api/problems";
import { useTexts } from "../i18n/catalogue";
import { useProblemText } from "../i18n/problems";
import { shell } from "../i18n/shell";
import type { FormState } from "./form";

type Base = {
  form: FormState;
  /** The entry in the form's values. */
  name: string;
  label: string;
  hint?: string;
  /** Where the API finds this value; `/name` unless it is called otherwise there. */
  pointer?: string;
  /** How a value is written where it is told; as it is, unless it is a word of the API. */
  write?: (value: string) => string;
};

/** What an input, select or textarea of a field is given. */
export type Wiring = {
  id: string;
  name: string;
  value: string;
  onChange: (event: { target: { value: string } }) => void;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
  "data-pointer": string;
};

/** A label, a control, a hint, and what the API says is wrong with the value. */
export function Field(props: Base & { children: (wiring: Wiring) => ReactNode }) {
  const { form, name, label, hint, pointer = `/${name}`, write = String, children } = props;
  const tell = useTexts(shell);
  const problemText = useProblemText();
  const id = useId();
  const elsewhere = form.elsewhere[name];
  const conflict =
    elsewhere === undefined ? undefined : tell("changed_to", { value: write(String(elsewhere)) || "—" });
  const refused = form.errorAt(pointer);
  const { error } = form;
  const told = refused && error instanceof ProblemError ? problemText(error, refused) : refused;
  const wrong = told ?? conflict;
  const described = [hint && `${id}-hint`, wrong && `${id}-error`].filter(Boolean).join(" ");
  const value = form.values[name];
  const wiring: Wiring = {
    id,
    name,
    value: typeof value === "string" ? value : "",
    onChange: (event) => form.set(name as never, event.target.value as never),
    "aria-invalid": wrong !== undefined,
    "aria-describedby": described === "" ? undefined : described,
    "data-pointer": pointer,
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(wiring)}
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {wrong && (
        <p id={`${id}-error`} className="field-error">
          {wrong}
        </p>
      )}
    </div>
  );
}

type TextProps = Base & {
  type?: HTMLInputTypeAttribute;
  autoComplete?: string;
  /** Decimals are text with a numeric keyboard: <input type=number> would read them as floats. */
  inputMode?: "decimal" | "numeric" | "email";
  autoFocus?: boolean;
};

export function TextField({ type = "text", autoComplete = "off", inputMode, autoFocus, ...rest }: TextProps) {
  return (
    <Field {...rest}>
      {(wiring) => (
        <input
          type={type}
          autoComplete={autoComplete}
          inputMode={inputMode}
          autoFocus={autoFocus}
          data-first={autoFocus}
          spellCheck={false}
          {...wiring}
        />
      )}
    </Field>
  );
}

export type Choice = { value: string; label: string };

export function SelectField({ choices, ...rest }: Base & { choices: readonly Choice[] }) {
  return (
    <Field write={(value) => choices.find((one) => one.value === value)?.label ?? value} {...rest}>
      {(wiring) => (
        <select {...wiring}>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function CheckField({ form, name, label }: Base) {
  return (
    <label className="choice">
      <input
        type="checkbox"
        name={name}
        checked={form.values[name] === true}
        onChange={(event) => form.set(name as never, event.target.checked as never)}
      />
      {label}
    </label>
  );
}
