import { useId, useState } from "react";
import type { Schemas } from "../../api/queries";
import { account } from "../../i18n/account";
import { useTexts } from "../../i18n/catalogue";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import "./account.css";

/** A new key with its secret, which nobody can see again. */
export function KeySecret({ made, onClose }: { made: Schemas["NewApiKeyAnswer"]; onClose: () => void }) {
  const tell = useTexts(account);
  return (
    <Dialog title={tell("key_made_title", { name: made.name })} onClose={onClose}>
      <Copyable label={tell("key_id")} text={made.key_id} />
      {made.secret === null ? (
        // The first answer was lost on the way, and the repeated one has no secret.
        <p className="notice" data-kind="warn">
          {tell("key_secret_lost")}
        </p>
      ) : (
        <>
          <Copyable label={tell("key_secret")} text={made.secret} />
          <p className="notice" data-kind="warn">
            {tell("key_secret_once")}
          </p>
        </>
      )}
      <div className="row">
        <Button onClick={onClose}>{tell("key_done")}</Button>
      </div>
    </Dialog>
  );
}

function Copyable({ label, text }: { label: string; text: string }) {
  const tell = useTexts(account);
  const id = useId();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    // Missing where the page came over plain HTTP: the text can be selected there.
    await navigator.clipboard?.writeText(text);
    setCopied(true);
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="copyable">
        <input id={id} readOnly value={text} onFocus={(event) => event.target.select()} />
        {"clipboard" in navigator && (
          <Button kind="secondary" onClick={() => void copy()}>
            {tell(copied ? "copied" : "copy")}
          </Button>
        )}
      </div>
    </div>
  );
}
