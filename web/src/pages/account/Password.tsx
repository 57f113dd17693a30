import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";
import { meQuery } from "../../api/queries";
import { Card } from "../../app/Page";
import { account } from "../../i18n/account";
import { useTexts } from "../../i18n/catalogue";
import { TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";
import { sessionsQuery } from "./queries";

export function Password() {
  const tell = useTexts(account);
  const client = useQueryClient();
  const me = client.getQueryData(meQuery.queryKey);
  const form = useForm({
    id: "account/password",
    initial: { password: "", new_password: "" },
    secret: ["password", "new_password"],
    send: (values, attempt) => api.patch("/api/v1/users/me", { body: values, attempt }),
    done: () => {
      toast(tell("password_changed"));
      void client.invalidateQueries(sessionsQuery);
    },
  });
  return (
    <Card title={tell("password_title")}>
      <Form form={form} label={tell("password_title")}>
        {/* Tells password managers whose password this is. */}
        <input type="text" autoComplete="username" value={me?.email ?? me?.username ?? ""} readOnly hidden />
        <TextField
          form={form}
          name="password"
          label={tell("password_now")}
          type="password"
          autoComplete="current-password"
        />
        <TextField
          form={form}
          name="new_password"
          label={tell("password_new")}
          hint={tell("password_hint")}
          type="password"
          autoComplete="new-password"
        />
        <div className="row">
          <Submit form={form}>{tell("password_change")}</Submit>
          <span className="quiet small">{tell("password_effect")}</span>
        </div>
      </Form>
    </Card>
  );
}
