import { useNavigate, useSearch } from "@tanstack/react-router";
import { Suspense } from "react";
import { Page } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { Loading } from "../../ui/states";
import { Tabs } from "../../ui/Tabs";
import { Actions } from "./Actions";
import "./data.css";
import { Instruments } from "./Instruments";
import { Missing } from "./Missing";
import { Prices } from "./Prices";
import type { DataTab } from "./route";
import { TABS } from "./route";
import { Upload } from "./Upload";

const CONTENTS: Record<DataTab, () => React.ReactNode> = {
  instruments: () => <Instruments />,
  actions: () => <Actions />,
  prices: () => <Prices />,
  upload: () => <Upload />,
  missing: () => <Missing />,
};

export function DataPage() {
  const tell = useTexts(data);
  const navigate = useNavigate();
  const { tab: open = "instruments" } = useSearch({ from: "/framed/data" });
  const tabs = TABS.map((id) => ({ id, label: tell(`tab_${id}`), content: CONTENTS[id] }));
  return (
    <Page title={tell("title")} lead={tell("lead")}>
      <Suspense fallback={<Loading lines={6} />}>
        <Tabs
          label={tell("title")}
          tabs={tabs}
          open={open}
          onOpen={(tab) => void navigate({ to: "/data", search: (before) => ({ ...before, tab }) })}
        />
      </Suspense>
    </Page>
  );
}
