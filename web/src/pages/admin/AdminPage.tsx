import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Suspense } from "react";
import { meQuery } from "../../api/queries";
import { Card, Page } from "../../app/Page";
import { admin } from "../../i18n/admin";
import { useTexts } from "../../i18n/catalogue";
import { Loading } from "../../ui/states";
import { Tabs } from "../../ui/Tabs";
import "../data/data.css";
import "./admin.css";
import { Exchange } from "./Exchange";
import { Health } from "./Health";
import type { AdminTab } from "./route";
import { TABS } from "./route";
import { Sources } from "./Sources";
import { Users } from "./Users";

const CONTENTS: Record<AdminTab, () => React.ReactNode> = {
  users: () => <Users />,
  sources: () => <Sources />,
  exchange: () => <Exchange />,
  health: () => <Health />,
};

export function AdminPage() {
  const tell = useTexts(admin);
  const { data: me } = useQuery(meQuery);
  return (
    <Page title={tell("title")} lead={tell("lead")}>
      <Suspense fallback={<Loading lines={6} />}>{me?.is_admin === true ? <Parts /> : <Refused />}</Suspense>
    </Page>
  );
}

/** Nothing is asked for here that would be refused. */
function Refused() {
  const tell = useTexts(admin);
  return (
    <Card title={tell("refused")}>
      <p>{tell("refused_how")}</p>
    </Card>
  );
}

function Parts() {
  const tell = useTexts(admin);
  const navigate = useNavigate();
  const { tab: open = "users" } = useSearch({ from: "/framed/admin" });
  return (
    <Tabs
      label={tell("title")}
      tabs={TABS.map((id) => ({ id, label: tell(`tab_${id}`), content: CONTENTS[id] }))}
      open={open}
      onOpen={(tab) => void navigate({ to: "/admin", search: { tab } })}
    />
  );
}
