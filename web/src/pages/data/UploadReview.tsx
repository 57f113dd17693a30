import { useState } from "react";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { Button } from "../../ui/Button";
import { useErrorText } from "../../ui/errors";
import type { Sheet } from "./csv";
import { guessed, lacking } from "./mapping";
import type { Field, What } from "./mapping";
import { Mapping, useFieldName } from "./ColumnMapping";
import { Preview } from "./Preview";
import { MOST, useSending } from "./sending";

type Props = { sheet: Sheet; what: What; portfolio: number | undefined };

export function UploadReview({ sheet, what, portfolio }: Props) {
  const tell = useTexts(data);
  const [mapping, setMapping] = useState(() => guessed(what, sheet.columns));
  const sending = useSending(what, portfolio, sheet, mapping);
  const { state } = sending;
  const map = (at: number, field: Field | null) => {
    // A field is one column: chosen again elsewhere, it leaves the first.
    setMapping(mapping.map((one, index) => (index === at ? field : one === field ? null : one)));
    sending.reset();
  };
  const problems = state.kind === "refused" ? state.problems : undefined;
  return (
    <>
      <Card title={tell("upload_columns")}>
        <Mapping what={what} columns={sheet.columns} mapping={mapping} onMap={map} />
      </Card>
      <Card
        title={tell("upload_preview")}
        actions={<Send sheet={sheet} what={what} mapping={mapping} sending={sending} />}
      >
        <Outcome sending={sending} count={sheet.rows.length} />
        <Preview key={state.kind} sheet={sheet} mapping={mapping} problems={problems} />
      </Card>
    </>
  );
}

type SendProps = {
  sheet: Sheet;
  what: What;
  mapping: readonly (Field | null)[];
  sending: ReturnType<typeof useSending>;
};

function Send({ sheet, what, mapping, sending }: SendProps) {
  const tell = useTexts(data);
  const fieldName = useFieldName();
  const count = sheet.rows.length;
  const without = lacking(what, mapping);
  if (sending.state.kind === "done") return null;
  if (count > MOST[what]) {
    return <p className="wrong small">{tell("upload_too_many", { count, most: MOST[what] })}</p>;
  }
  if (without.length > 0) {
    return (
      <p className="wrong small">{tell("upload_required", { fields: without.map(fieldName).join(", ") })}</p>
    );
  }
  return (
    <Button disabled={sending.state.kind === "sending"} onClick={() => void sending.send()}>
      {tell("upload_send", { count })}
    </Button>
  );
}

function Outcome({ sending, count }: { sending: SendProps["sending"]; count: number }) {
  const tell = useTexts(data);
  const errorText = useErrorText();
  const { state } = sending;
  switch (state.kind) {
    case "ready":
      return null;
    case "sending":
      return (
        <div role="status" className="stack">
          <p>{tell("upload_sending", { count })}</p>
          <progress className="progress" aria-label={tell("upload_sending", { count })} />
        </div>
      );
    case "done":
      return (
        <p className="notice" role="status">
          {tell("upload_done", { count: state.count })}
        </p>
      );
    case "refused":
      return (
        <div className="notice" data-kind="error" role="alert">
          <p>{tell("upload_refused", { count: state.problems.size })}</p>
          <p className="small">{tell(state.problems.size >= 100 ? "upload_first_hundred" : "upload_mend")}</p>
        </div>
      );
    case "failed":
      return (
        <p className="notice" data-kind="error" role="alert">
          {errorText(state.error)}
        </p>
      );
  }
}
