import type { ReactNode } from "react";
import { useEffect, useRef } from "react";
import { OfflineError, ProblemError } from "../api/problems";
import { useTexts } from "../i18n/catalogue";
import { useProblemText } from "../i18n/problems";
import { shell } from "../i18n/shell";
import { Button } from "./Button";
import { useErrorText } from "./errors";
import type { FormState } from "./form";

type Props = { form: FormState; children: ReactNode; label?: string };

/** A form: its problems on top, except those that stand at a field; nothing can be sent twice meanwhile. */
export function Form({ form, children, label }: Props) {
  const tell = useTexts(shell);
  const element = useRef<HTMLFormElement>(null);
  const { error, sending } = form;
  useEffect(() => {
    // Where the first wrong value is, there the person goes on; else to the words on top.
    const first = element.current?.querySelector<HTMLElement>("[aria-invalid=true]");
    if (error !== undefined) (first ?? element.current?.querySelector<HTMLElement>("[role=alert]"))?.focus();
  }, [error]);
  return (
    <form
      ref={element}
      className="stack"
      aria-label={label}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!sending) void form.submit();
      }}
    >
      {form.restored && (
        <div className="notice" role="status">
          <span>{tell("draft_restored")}</span>
          <Button kind="plain" small onClick={form.clear}>
            {tell("draft_discard")}
          </Button>
        </div>
      )}
      <Problems form={form} element={element.current} />
      {/* A disabled fieldset would throw the focus away; entries are kept as they are while sending. */}
      <div className="stack" aria-busy={sending}>
        {children}
      </div>
    </form>
  );
}

function Problems({ form, element }: { form: FormState; element: HTMLFormElement | null }) {
  const tell = useTexts(shell);
  const errorText = useErrorText();
  const problemText = useProblemText();
  const { error } = form;
  if (error === undefined) return null;
  const fields = [...(element?.querySelectorAll<HTMLElement>("[data-pointer]") ?? [])];
  const shown = (pointer: string) => fields.some((field) => field.dataset["pointer"] === pointer);
  const errors = error instanceof ProblemError ? error.errors : [];
  const elsewhere = errors.filter((one) => !shown(one.pointer));
  if (errors.length > 0 && elsewhere.length === 0) return null;
  return (
    <div className="notice" data-kind="error" role="alert" tabIndex={-1}>
      {elsewhere.length === 0 ? (
        <p>{error instanceof OfflineError ? tell("offline_sent") : errorText(error)}</p>
      ) : (
        <ul className="plain-list">
          {elsewhere.map((one) => (
            <li key={one.pointer}>
              {error instanceof ProblemError ? problemText(error, one.detail) : one.detail}{" "}
              <span className="small">({one.pointer})</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The button that sends the form it stands in. */
export function Submit({ form, children }: { form: FormState; children: ReactNode }) {
  return (
    <Button type="submit" disabled={form.sending}>
      {children}
    </Button>
  );
}
