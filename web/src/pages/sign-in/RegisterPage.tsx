import { Link, useSearch } from "@tanstack/react-router";
import { api } from "../../api/client";
import { useTexts } from "../../i18n/catalogue";
import { account } from "../../i18n/account";
import { TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";
import { Door } from "./Door";
import { useEnter } from "./entering";

export function RegisterPage() {
  const tell = useTexts(account);
  const { next } = useSearch({ from: "/register" });
  const enter = useEnter(next);
  const form = useForm({
    id: "register",
    initial: { email: "", password: "" },
    secret: ["password"],
    send: (values) => api.post("/api/v1/auth/register", { body: values }),
    done: enter,
  });
  return (
    <Door title={tell("register")}>
      <Form form={form} label={tell("register")}>
        <TextField
          form={form}
          name="email"
          label={tell("email")}
          type="email"
          inputMode="email"
          autoComplete="username"
          autoFocus
        />
        <TextField
          form={form}
          name="password"
          label={tell("password")}
          hint={tell("password_hint")}
          type="password"
          autoComplete="new-password"
        />
        <Submit form={form}>{tell("register")}</Submit>
      </Form>
      <p className="quiet">
        {tell("have_account")}{" "}
        <Link to="/sign-in" search={next === undefined ? {} : { next }}>
          {tell("sign_in")}
        </Link>
      </p>
    </Door>
  );
}
