import { useEffect, useRef, useState } from "react";
import { newAttempt } from "../api/client";
import { ProblemError } from "../api/problems";

export type Values = Record<string, string | boolean>;

export type Settings<V extends Values, R> = {
  /** Names the draft: `portfolio/12/transaction`. Two forms of one name share it. */
  id: string;
  initial: V;
  /** What is never written to the browser's storage: passwords. */
  secret?: readonly (keyof V)[];
  /** Send what was entered; `attempt` is the same for each retry of the same entries. */
  send: (values: V, attempt: string) => Promise<R>;
  /** For what may be changed elsewhere meanwhile: reads, before anything is sent, what stands there now. */
  now?: (values: V) => Promise<V>;
  done?: (answer: R, values: V) => void;
};

/** Another tab, or somebody else, has changed what the entries would take the place of: `now` has what stands there. */
export class ChangedElsewhereError extends Error {
  override readonly name = "ChangedElsewhereError";
  readonly now: Values;

  constructor(now: Values) {
    super("changed elsewhere");
    this.now = now;
  }
}

/** What the entries become beside what stands there now: what only the others have changed is taken over. */
export function joined<V extends Values>(entered: V, base: V, now: V): { next: V; both: Values } {
  const names = Object.keys(entered) as (keyof V & string)[];
  const next = { ...entered };
  for (const name of names) if (entered[name] === base[name]) next[name] = now[name];
  const both = names.filter((name) => now[name] !== base[name] && now[name] !== next[name]);
  return { next, both: Object.fromEntries(both.map((name) => [name, now[name] ?? ""])) };
}

const place = (id: string) => `steward.draft.${id}`;

/** What was entered and not sent, kept for as long as the tab is: fields that are no longer there are left out. */
export function readDraft<V extends Values>(id: string, initial: V): Partial<V> {
  try {
    const kept = JSON.parse(sessionStorage.getItem(place(id)) ?? "{}") as Record<string, unknown>;
    const known = Object.entries(kept).filter(([name, value]) => typeof value === typeof initial[name]);
    return Object.fromEntries(known) as Partial<V>;
  } catch {
    return {};
  }
}

export function keepDraft<V extends Values>(id: string, values: V, initial: V, secret: readonly (keyof V)[]) {
  const changed = Object.entries(values).filter(
    ([name, value]) => !secret.includes(name) && value !== initial[name],
  );
  if (changed.length === 0) sessionStorage.removeItem(place(id));
  else sessionStorage.setItem(place(id), JSON.stringify(Object.fromEntries(changed)));
}

/** A form's entries, its draft, and what the API says of them. */
export function useForm<V extends Values, R>(settings: Settings<V, R>) {
  const { id, initial, secret = [] } = settings;
  const [draft] = useState(() => readDraft(id, initial));
  // What the entries rest on. The page behind may have been read anew since.
  const [base, setBase] = useState(initial);
  const [values, setValues] = useState<V>({ ...initial, ...draft });
  const [restored, setRestored] = useState(Object.keys(draft).length > 0);
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<Error>();
  const attempt = useRef(newAttempt());
  useEffect(() => keepDraft(id, values, base, secret));
  const set = <K extends keyof V>(name: K, value: V[K]) => {
    // Other entries are another attempt: the same key with them would be refused.
    attempt.current = newAttempt();
    setValues((before) => ({ ...before, [name]: value }));
  };
  const clear = () => {
    attempt.current = newAttempt();
    // At once: a dialog that closes when it is done draws nothing more, and what was sent would come back.
    sessionStorage.removeItem(place(id));
    setBase(initial);
    setValues(initial);
    setRestored(false);
    setError(undefined);
  };
  const upToDate = async (): Promise<V> => {
    if (settings.now === undefined) return values;
    const now = await settings.now(values);
    const { next, both } = joined(values, base, now);
    setBase(now);
    setValues(next);
    if (Object.keys(both).length > 0) throw new ChangedElsewhereError(both);
    return next;
  };
  const submit = async () => {
    setSending(true);
    setError(undefined);
    try {
      const sent = await upToDate();
      const answer = await settings.send(sent, attempt.current);
      clear();
      settings.done?.(answer, sent);
    } catch (caught) {
      setError(caught instanceof Error ? caught : new Error(String(caught)));
    } finally {
      setSending(false);
    }
  };
  return { id, values, set, submit, clear, sending, error, restored, ...atFields(error) };
}

const atFields = (error: Error | undefined) => ({
  errorAt: (pointer: string) => (error instanceof ProblemError ? error.at(pointer) : undefined),
  elsewhere: error instanceof ChangedElsewhereError ? error.now : {},
});

// What a form's parts need of it, whatever its values are.
export type FormState = {
  id: string;
  values: Values;
  set: (name: never, value: never) => void;
  submit: () => Promise<void>;
  clear: () => void;
  sending: boolean;
  error: Error | undefined;
  errorAt: (pointer: string) => string | undefined;
  /** What stands now where the entries would replace what somebody else has changed. */
  elsewhere: Values;
  restored: boolean;
};
