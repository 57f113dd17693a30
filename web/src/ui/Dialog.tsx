import type { ReactNode } from "react";
import { useEffect, useId, useRef } from "react";
import { useTexts } from "../i18n/catalogue";
import { shell } from "../i18n/shell";
import { Button } from "./Button";
import { Icon } from "./Icon";
import "./overlays.css";

type Props = { title: string; onClose: () => void; children: ReactNode };

/** A modal dialog for as long as it is rendered; Escape and the cross close it, and focus goes back. */
export function Dialog({ title, onClose, children }: Props) {
  const tell = useTexts(shell);
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog?.open === false) {
      dialog.showModal();
      // React gives no autofocus attribute, so the browser would begin at the cross.
      const first =
        dialog.querySelector<HTMLElement>("[data-first=true]") ??
        dialog.querySelector<HTMLElement>("input, select, textarea");
      first?.focus();
    }
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className="dialog"
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="row spread">
        <h2 id={heading}>{title}</h2>
        <Button kind="plain" small aria-label={tell("close")} onClick={onClose}>
          <Icon name="close" />
        </Button>
      </header>
      {children}
    </dialog>
  );
}
