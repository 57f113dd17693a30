import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Schemas } from "../../api/queries";
import { Card } from "../../app/Page";
import { admin } from "../../i18n/admin";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { trade } from "../../i18n/trade";
import { Mark } from "../../ui/Figure";
import { Segments } from "../../ui/Segments";
import { Empty, Loaded } from "../../ui/states";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import { calendarQuery } from "../trade/queries";
import type { CalendarName } from "./exchange";
import { CALENDARS } from "./exchange";
import { Fact } from "./Fact";

type Calendar = Schemas["CalendarShape"];
type Session = Calendar["sessions"][number];

/** What the markets do by the exchange's clock, and when they are open. */
export function Markets() {
  const tell = useTexts(admin);
  const [name, setName] = useState<CalendarName>("XNYS");
  const query = useQuery(calendarQuery(name));
  return (
    <Card title={tell("sessions")}>
      <Segments
        quiet
        legend={tell("calendar")}
        value={name}
        choices={CALENDARS.map((value) => ({ value, label: value }))}
        onChange={setName}
      />
      <Loaded query={query} lines={10}>
        {(calendar) => <Shown {...calendar} />}
      </Loaded>
    </Card>
  );
}

function Shown({ name, zone, status, next_open, next_close, sessions }: Calendar) {
  const tell = useTexts(admin);
  const told = useTexts(trade);
  const { locale } = useFormat();
  const there = (at: string) =>
    new Date(at).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short", timeZone: zone });
  // What never closes has no sessions worth a table: each is the whole day.
  const always = next_open === null && next_close === null;
  return (
    <>
      <dl className="facts">
        <Fact label={told("market")}>
          <Mark {...(status === "continuous" ? {} : { kind: "warn" })}>{told(`status_${status}`)}</Mark>
        </Fact>
        {next_open && <Fact label={tell("next_open")}>{there(next_open)}</Fact>}
        {next_close && <Fact label={tell("next_close")}>{there(next_close)}</Fact>}
        <Fact label={tell("zone")}>{zone}</Fact>
      </dl>
      {always ? (
        <Empty title={tell("always_open")} />
      ) : (
        <Sessions key={name} zone={zone} sessions={sessions} />
      )}
    </>
  );
}

function Sessions({ zone, sessions }: { zone: string; sessions: readonly Session[] }) {
  const tell = useTexts(admin);
  const format = useFormat();
  const columns = useMemo((): Column<Session>[] => {
    const clock = new Intl.DateTimeFormat(format.locale, { timeStyle: "short", timeZone: zone });
    const time = (id: "gathers_at" | "opens_at" | "calls_at" | "closes_at"): Column<Session> => ({
      id,
      label: tell(id),
      cell: (row) => (
        <time dateTime={row[id]} title={format.moment(row[id])}>
          {clock.format(new Date(row[id]))}
        </time>
      ),
    });
    return [
      { id: "day", label: tell("day"), cell: ({ day }) => format.day(day) },
      time("opens_at"),
      time("closes_at"),
      {
        id: "early",
        label: tell("early"),
        cell: ({ early }) => early && <Mark kind="warn">{tell("early")}</Mark>,
      },
      { ...time("gathers_at"), optional: true },
      { ...time("calls_at"), optional: true },
    ];
  }, [tell, format, zone]);
  return (
    <Table
      id="sessions"
      label={tell("sessions")}
      rows={sessions}
      columns={columns}
      rowKey={({ day }) => day}
    />
  );
}
