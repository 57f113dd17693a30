import { useTexts } from "../i18n/catalogue";
import { shell } from "../i18n/shell";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { Form } from "./Form";
import { useForm } from "./form";

type Props = {
  title: string;
  text: string;
  /** What the button says: the act itself, not "OK". */
  action: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
};

/** Asks before what cannot be undone. It stays open, with the reason, when the act is refused. */
export function Confirm({ title, text, action, onConfirm, onClose }: Props) {
  const tell = useTexts(shell);
  const form = useForm({ id: "confirm", initial: {}, send: onConfirm, done: onClose });
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <Form form={form} label={title}>
        <div className="row">
          <Button type="submit" kind="danger" disabled={form.sending}>
            {action}
          </Button>
          <Button kind="secondary" onClick={onClose}>
            {tell("cancel")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
