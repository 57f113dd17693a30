import { useSyncExternalStore } from "react";
import { useTexts } from "../i18n/catalogue";
import { shell } from "../i18n/shell";
import { Button } from "./Button";
import { Icon } from "./Icon";
import "./overlays.css";

type Toast = { id: number; text: string; kind: "done" | "error"; undo?: (() => void) | undefined };

// Long enough to read two lines and to reach the button.
const SHOWN_MILLISECONDS = 8_000;
let shown: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function show(next: readonly Toast[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

const hide = (id: number) => show(shown.filter((one) => one.id !== id));

/** Say that something is done, with a way back where there is one. What can be undone stays until it is closed. */
export function toast(text: string, options: { kind?: "done" | "error"; undo?: () => void } = {}): void {
  const id = (last += 1);
  show([...shown, { id, text, kind: options.kind ?? "done", undo: options.undo }]);
  if (options.undo === undefined) setTimeout(hide, SHOWN_MILLISECONDS, id);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function Toasts() {
  const tell = useTexts(shell);
  const toasts = useSyncExternalStore(subscribe, () => shown);
  return (
    <div className="toasts" role="status">
      {toasts.map(({ id, text, kind, undo }) => (
        <div key={id} className="toast" data-kind={kind}>
          <span>{text}</span>
          <span className="row">
            {undo && (
              <Button
                kind="plain"
                small
                onClick={() => {
                  hide(id);
                  undo();
                }}
              >
                {tell("undo")}
              </Button>
            )}
            <Button kind="plain" small aria-label={tell("dismiss")} onClick={() => hide(id)}>
              <Icon name="close" size={16} />
            </Button>
          </span>
        </div>
      ))}
    </div>
  );
}
