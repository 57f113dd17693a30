import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../../api/queries";
import { Page } from "../../app/Page";
import { account } from "../../i18n/account";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { ApiKeys } from "./ApiKeys";
import { Password } from "./Password";
import { Preferences } from "./Preferences";
import { Sessions } from "./Sessions";

export function AccountPage() {
  const tell = useTexts(account);
  const format = useFormat();
  const { data: me } = useQuery(meQuery);
  const name = me?.email ?? me?.username ?? "";
  const since = me === undefined ? "" : format.day(me.created_at.slice(0, 10));
  return (
    <Page title={tell("title")} lead={tell("since", { name, day: since })}>
      <div className="columns">
        <div className="stack">
          <Preferences />
          <Password />
        </div>
        <div className="stack">
          <Sessions />
          <ApiKeys />
        </div>
      </div>
    </Page>
  );
}
