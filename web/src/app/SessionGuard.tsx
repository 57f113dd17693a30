import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api } from "../api/client";
import { meQuery } from "../api/queries";
import { setAsker } from "../api/session";
import { useTexts } from "../i18n/catalogue";
import { shell } from "../i18n/shell";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/Field";
import { Form, Submit } from "../ui/Form";
import { useForm } from "../ui/form";
import { beginAnew, useSamePerson } from "./leave";

/** When the session is over, asks to sign in above the page, which stays as it is with all that was entered. */
export function SessionGuard() {
  useSamePerson();
  const [open, setOpen] = useState(false);
  const answer = useRef<(signedIn: boolean) => void>(undefined);
  useEffect(() => {
    setAsker(
      () =>
        new Promise((resolve) => {
          answer.current = resolve;
          setOpen(true);
        }),
    );
    return () => setAsker(undefined);
  }, []);
  const end = (signedIn: boolean) => {
    setOpen(false);
    answer.current?.(signedIn);
  };
  return open ? <SignInDialog onEnd={end} /> : null;
}

function SignInDialog({ onEnd }: { onEnd: (signedIn: boolean) => void }) {
  const tell = useTexts(shell);
  const client = useQueryClient();
  const before = client.getQueryData(meQuery.queryKey);
  const form = useForm({
    id: "session",
    initial: { email: before?.email ?? before?.username ?? "", password: "" },
    secret: ["password"],
    send: async (values) => (await api.post("/api/v1/auth/login", { body: values })).user,
    done: (user) => {
      if (before === undefined || before.id === user.id) {
        // Whether they are an administrator may be another thing by now.
        void client.invalidateQueries(meQuery);
        onEnd(true);
        return;
      }
      beginAnew(client);
    },
  });
  return (
    <Dialog title={tell("session_over_title")} onClose={() => onEnd(false)}>
      <p>{tell("session_over_text")}</p>
      <Form form={form}>
        <TextField form={form} name="email" label={tell("email")} autoComplete="username" />
        <TextField
          form={form}
          name="password"
          label={tell("password")}
          type="password"
          autoComplete="current-password"
          autoFocus
        />
        <Submit form={form}>{tell("sign_in")}</Submit>
      </Form>
    </Dialog>
  );
}
