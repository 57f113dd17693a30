import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Card } from "../../app/Page";
import { admin } from "../../i18n/admin";
import type { Tell } from "../../i18n/catalogue";
import { useTexts } from "../../i18n/catalogue";
import type { Format } from "../../i18n/format";
import { useFormat } from "../../i18n/format";
import { Mark } from "../../ui/Figure";
import { More } from "../../ui/More";
import { Loaded } from "../../ui/states";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import type { Person } from "./queries";
import { usersQuery } from "./queries";

export function Users() {
  const tell = useTexts(admin);
  const query = useInfiniteQuery(usersQuery);
  return (
    <Card title={tell("tab_users")}>
      <p className="quiet small">{tell("users_hint")}</p>
      <Loaded query={query} lines={8}>
        {({ pages }) => <List pages={pages} />}
      </Loaded>
      <More query={query}>{tell("more")}</More>
    </Card>
  );
}

function List({ pages }: { pages: readonly { data: Person[] }[] }) {
  const tell = useTexts(admin);
  const format = useFormat();
  const rows = useMemo(() => pages.flatMap((page) => page.data), [pages]);
  const columns = useMemo(() => columnsOf(tell, format), [tell, format]);
  return (
    <Table id="people" label={tell("tab_users")} rows={rows} columns={columns} rowKey={({ id }) => id} />
  );
}

function columnsOf(tell: Tell<(typeof admin)["en"]>, format: Format): Column<Person>[] {
  const name = ({ email, username }: Person) => email ?? username ?? tell("market_maker");
  const role = ({ is_admin }: Person) => (is_admin ? tell("administrator") : "");
  return [
    { id: "name", label: tell("person"), cell: name, by: name, text: name },
    {
      id: "role",
      label: tell("role"),
      cell: (row) => row.is_admin && <Mark>{role(row)}</Mark>,
      by: role,
      text: role,
    },
    {
      id: "created_at",
      label: tell("since"),
      cell: ({ created_at }) => (
        <time dateTime={created_at} title={format.moment(created_at)}>
          {format.day(created_at.slice(0, 10))}
        </time>
      ),
      by: ({ created_at }) => created_at,
    },
    {
      id: "portfolios",
      label: tell("portfolios"),
      numeric: true,
      cell: ({ portfolio_count }) => format.count(portfolio_count),
      by: ({ portfolio_count }) => portfolio_count,
    },
    { id: "id", label: tell("id"), cell: ({ id }) => id, text: ({ id }) => id, optional: true },
  ];
}
