import { useSearch } from "@tanstack/react-router";
import { useId, useState } from "react";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { Segments } from "../../ui/Segments";
import { Empty, Loading } from "../../ui/states";
import type { Sheet } from "./csv";
import type { What } from "./mapping";
import { PortfolioSelect, useChosen } from "./PortfolioSelect";
import { UploadReview } from "./UploadReview";

/** What became of the file that was chosen last. */
type Chosen = { reading: true } | { reading: false; sheet?: Sheet; wrong?: string; at: number };

async function read(file: File): Promise<{ sheet: Sheet } | { wrong: string }> {
  try {
    const { readCsv } = await import("./csv");
    return { sheet: await readCsv(file) };
  } catch (error) {
    return { wrong: (error as Error).message };
  }
}

/** A CSV file of transactions or closes, shown row by row before any of it is sent. */
export function Upload() {
  const tell = useTexts(data);
  const id = useId();
  const search = useSearch({ from: "/framed/data" });
  const [what, setWhat] = useState<What>("transactions");
  const [wanted, setWanted] = useState(search.portfolio);
  const [chosen, setChosen] = useState<Chosen>();
  const { query, chosen: portfolio } = useChosen(wanted);
  const choose = async (file: File | undefined) => {
    if (file === undefined) return;
    setChosen({ reading: true });
    setChosen({ reading: false, at: Date.now(), ...(await read(file)) });
  };
  const homeless = what === "transactions" && query.data?.length === 0;
  return (
    <div className="stack">
      <Card title={tell("tab_upload")}>
        <div className="asking">
          <Segments
            legend={tell("upload_what")}
            value={what}
            onChange={setWhat}
            choices={[
              { value: "transactions", label: tell("upload_transactions") },
              { value: "closes", label: tell("upload_closes") },
            ]}
          />
          {what === "transactions" && portfolio && (
            <PortfolioSelect value={portfolio.id} portfolios={query.data ?? []} onChange={setWanted} />
          )}
          <div className="field">
            <label htmlFor={id}>{tell("upload_file")}</label>
            <input
              id={id}
              type="file"
              accept=".csv,text/csv,text/plain"
              aria-describedby={`${id}-hint`}
              // The same file, mended, is another choice.
              onClick={(event) => (event.currentTarget.value = "")}
              onChange={(event) => void choose(event.target.files?.[0])}
            />
          </div>
        </div>
        <p id={`${id}-hint`} className="quiet small">
          {tell("upload_hint")}
        </p>
      </Card>
      {homeless && (
        <Card title={tell("upload_preview")}>
          <Empty title={tell("upload_no_portfolio")} text={tell("upload_no_portfolio_text")} />
        </Card>
      )}
      {!homeless && chosen && <Read chosen={chosen} what={what} portfolio={portfolio?.id} />}
    </div>
  );
}

function Read({ chosen, what, portfolio }: { chosen: Chosen; what: What; portfolio: number | undefined }) {
  const tell = useTexts(data);
  if (chosen.reading) return <Loading lines={6} />;
  const { sheet, wrong } = chosen;
  if (sheet === undefined || sheet.rows.length === 0) {
    return (
      <p className="notice" data-kind="error" role="alert">
        {wrong === undefined ? tell("upload_empty") : tell("upload_unreadable", { reason: wrong })}
      </p>
    );
  }
  return <UploadReview key={`${what}-${chosen.at}`} sheet={sheet} what={what} portfolio={portfolio} />;
}
