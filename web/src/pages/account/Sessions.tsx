import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import type { Schemas } from "../../api/queries";
import { useLeave } from "../../app/leave";
import { Card } from "../../app/Page";
import { account } from "../../i18n/account";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Mark } from "../../ui/Figure";
import { Loaded } from "../../ui/states";
import { toast } from "../../ui/Toasts";
import { agentName } from "./agents";
import { sessionsQuery } from "./queries";

type Session = Schemas["steward__api__identity__SessionShape"];

export function Sessions() {
  const tell = useTexts(account);
  const query = useQuery(sessionsQuery);
  const [asking, setAsking] = useState<Session | "others">();
  const others = query.data?.some((session) => !session.current) === true;
  return (
    <Card
      title={tell("sessions")}
      actions={
        others && (
          <Button kind="plain" small onClick={() => setAsking("others")}>
            {tell("sessions_end_others")}
          </Button>
        )
      }
    >
      <Loaded query={query} lines={2}>
        {(sessions) => (
          <ul className="plain-list">
            {sessions.map((session) => (
              <Entry key={session.id} session={session} onEnd={() => setAsking(session)} />
            ))}
          </ul>
        )}
      </Loaded>
      {asking && <EndDialog which={asking} onClose={() => setAsking(undefined)} />}
    </Card>
  );
}

function Entry({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const tell = useTexts(account);
  const format = useFormat();
  const name = agentName(session.user_agent) || tell("session_unknown");
  return (
    <li className="entry">
      <div>
        <p title={session.user_agent}>
          {name} {session.current && <Mark>{tell("session_current")}</Mark>}
        </p>
        <p className="quiet small" title={format.moment(session.created_at)}>
          {tell("session_since", { address: session.address, age: format.age(session.created_at) })}
        </p>
      </div>
      <Button kind="secondary" small aria-label={tell("session_end_named", { name })} onClick={onEnd}>
        {tell("session_end")}
      </Button>
    </li>
  );
}

function EndDialog({ which, onClose }: { which: Session | "others"; onClose: () => void }) {
  const tell = useTexts(account);
  const client = useQueryClient();
  const leave = useLeave();
  const end = async () => {
    if (which === "others") await api.delete("/api/v1/auth/sessions");
    else await api.delete("/api/v1/auth/sessions/{session_id}", { path: { session_id: which.id } });
    if (which !== "others" && which.current) {
      await leave();
      return;
    }
    toast(tell("session_ended"));
    await client.invalidateQueries(sessionsQuery);
  };
  const current = which !== "others" && which.current;
  const question = which === "others" ? "sessions_end_others_text" : "session_end_text";
  return (
    <Confirm
      title={which === "others" ? tell("sessions_end_others") : tell("session_end_title")}
      text={tell(current ? "session_end_current_text" : question)}
      action={tell("session_end")}
      onConfirm={end}
      onClose={onClose}
    />
  );
}
