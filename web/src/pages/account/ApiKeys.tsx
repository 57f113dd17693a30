import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import type { Schemas } from "../../api/queries";
import { portfoliosQuery } from "../../api/queries";
import { Card } from "../../app/Page";
import { account } from "../../i18n/account";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Mark } from "../../ui/Figure";
import { Empty, Loaded } from "../../ui/states";
import { toast } from "../../ui/Toasts";
import { NewKeyDialog } from "./NewKeyDialog";
import { apiKeysQuery } from "./queries";

type Key = Schemas["ApiKeyShape"];

export function ApiKeys() {
  const tell = useTexts(account);
  const query = useQuery(apiKeysQuery);
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  return (
    <Card
      title={tell("keys")}
      actions={
        <Button kind="secondary" small onClick={() => setMaking(true)}>
          {tell("key_new")}
        </Button>
      }
    >
      <p className="quiet small">{tell("keys_hint")}</p>
      <Loaded
        query={query}
        lines={2}
        empty={(keys) => keys.length === 0 && <Empty title={tell("keys_none")} />}
      >
        {(keys) => (
          <ul className="plain-list">
            {keys.map((key) => (
              <Entry key={key.key_id} apiKey={key} onRevoke={() => setRevoking(key)} />
            ))}
          </ul>
        )}
      </Loaded>
      {making && <NewKeyDialog onClose={() => setMaking(false)} />}
      {revoking && <RevokeDialog apiKey={revoking} onClose={() => setRevoking(undefined)} />}
    </Card>
  );
}

function Entry({ apiKey, onRevoke }: { apiKey: Key; onRevoke: () => void }) {
  const tell = useTexts(account);
  const format = useFormat();
  const { data: portfolios } = useQuery(portfoliosQuery);
  const portfolio = portfolios?.find((one) => one.id === apiKey.portfolio_id)?.name;
  const { last_used_at: used, expires_at: expires } = apiKey;
  const notes = [
    tell("key_made", { day: format.day(apiKey.created_at.slice(0, 10)) }),
    used === null ? tell("key_unused") : tell("key_used", { age: format.age(used) }),
    expires === null ? "" : tell("key_expires", { when: format.moment(expires) }),
    portfolio ?? "",
  ].filter(Boolean);
  return (
    <li className="entry">
      <div>
        <p>
          {apiKey.name}{" "}
          {apiKey.scopes.map((scope) => (
            <Mark key={scope}>{tell(`scope_${scope}`)}</Mark>
          ))}
        </p>
        <p className="quiet small">
          <code>{apiKey.key_id}</code> · {notes.join(" · ")}
        </p>
      </div>
      <Button
        kind="secondary"
        small
        aria-label={tell("key_revoke_named", { name: apiKey.name })}
        onClick={onRevoke}
      >
        {tell("key_revoke")}
      </Button>
    </li>
  );
}

function RevokeDialog({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const tell = useTexts(account);
  const client = useQueryClient();
  const revoke = async () => {
    await api.delete("/api/v1/api-keys/{key_id}", { path: { key_id: apiKey.key_id } });
    toast(tell("key_revoked"));
    await client.invalidateQueries(apiKeysQuery);
  };
  return (
    <Confirm
      title={tell("key_revoke_title", { name: apiKey.name })}
      text={tell("key_revoke_text")}
      action={tell("key_revoke")}
      onConfirm={revoke}
      onClose={onClose}
    />
  );
}
