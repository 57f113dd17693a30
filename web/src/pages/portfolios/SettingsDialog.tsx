import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client";
import { useTexts } from "../../i18n/catalogue";
import { portfolios } from "../../i18n/portfolios";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";
import { changed } from "./EntryDialogs";
import { MethodFields } from "./NewPortfolioDialog";
import type { Portfolio } from "./queries";

type Props = { portfolio: Portfolio; onClose: () => void };
const settingsOf = ({ name, shorts_allowed, cost_method }: Portfolio) => ({
  name,
  shorts_allowed,
  cost_method,
});

/** The name of a portfolio and how it counts; or the end of it. */
export function SettingsDialog({ portfolio, onClose }: Props) {
  const tell = useTexts(portfolios);
  const client = useQueryClient();
  const [deleting, setDeleting] = useState(false);
  const { id: portfolio_id } = portfolio;
  const form = useForm({
    id: `portfolio/${portfolio_id}/settings`,
    initial: settingsOf(portfolio),
    now: async () =>
      settingsOf(await api.get("/api/v1/portfolios/{portfolio_id}", { path: { portfolio_id } })),
    send: (body, attempt) =>
      api.patch("/api/v1/portfolios/{portfolio_id}", { path: { portfolio_id }, body, attempt }),
    done: () => {
      toast(tell("saved"));
      void changed(client);
      onClose();
    },
  });
  if (deleting) return <DeleteDialog portfolio={portfolio} onClose={onClose} />;
  return (
    <Dialog title={tell("settings")} onClose={onClose}>
      <Form form={form} label={tell("settings")}>
        <TextField form={form} name="name" label={tell("name")} />
        <MethodFields form={form} />
        <div className="row spread">
          <Submit form={form}>{tell("save")}</Submit>
          <Button kind="danger" onClick={() => setDeleting(true)}>
            {tell("delete")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

function DeleteDialog({ portfolio, onClose }: Props) {
  const tell = useTexts(portfolios);
  const client = useQueryClient();
  const navigate = useNavigate();
  const { id: portfolio_id, name } = portfolio;
  const end = async () => {
    await api.delete("/api/v1/portfolios/{portfolio_id}", { path: { portfolio_id } });
    toast(tell("deleted", { name }));
    await navigate({ to: "/portfolios" });
    client.removeQueries({ queryKey: ["portfolios", portfolio_id] });
    await changed(client);
  };
  return (
    <Confirm
      title={tell("delete_title", { name })}
      text={tell("delete_text")}
      action={tell("delete")}
      onConfirm={end}
      onClose={onClose}
    />
  );
}
