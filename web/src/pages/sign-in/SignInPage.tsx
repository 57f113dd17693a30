import { Link, useSearch } from "@tanstack/react-router";
import { api } from "../../api/client";
import { useTexts } from "../../i18n/catalogue";
import { account } from "../../i18n/account";
import { TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";
import { Door } from "./Door";
import { useEnter } from "./entering";

export function SignInPage() {
  const tell = useTexts(account);
  const { next } = useSearch({ from: "/sign-in" });
  const enter = useEnter(next);
  const form = useForm({
    id: "sign-in",
    initial: { email: "", password: "" },
    secret: ["password"],
    send: (values) => api.post("/api/v1/auth/login", { body: values }),
    done: enter,
  });
  return (
    <Door title={tell("sign_in")}>
      <Form form={form} label={tell("sign_in")}>
        <TextField form={form} name="email" label={tell("email_or_name")} autoComplete="username" autoFocus />
        <TextField
          form={form}
          name="password"
          label={tell("password")}
          type="password"
          autoComplete="current-password"
        />
        <Submit form={form}>{tell("sign_in")}</Submit>
      </Form>
      <p className="quiet">
        {tell("no_account")}{" "}
        <Link to="/register" search={next === undefined ? {} : { next }}>
          {tell("register")}
        </Link>
      </p>
    </Door>
  );
}
