import { Link } from "@tanstack/react-router";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { home } from "../../i18n/home";
import { Mark } from "../../ui/Figure";
import type { Asked, Holdings } from "./queries";

const KINDS = ["price", "rate", "cash", "cost"] as const;

/** What nobody knows, by name, and what it leaves out. */
export function Missing({ told }: { asked: Asked; told: Holdings }) {
  const tell = useTexts(home);
  if (told.missing.length === 0) return null;
  const subjects = (kind: (typeof KINDS)[number]) => [
    ...new Set(told.missing.filter(({ what }) => what === kind).map(({ subject }) => subject)),
  ];
  return (
    <Card title={tell("missing")}>
      <dl className="home-missing">
        {KINDS.map((kind) => ({ kind, named: subjects(kind) }))
          .filter(({ named }) => named.length > 0)
          .map(({ kind, named }) => (
            <div key={kind}>
              <dt>{tell(`missing_${kind}`, { count: named.length })}</dt>
              <dd className="quiet small">{tell(`missing_${kind}_text`)}</dd>
              <dd className="row home-names">
                {named.map((name) => (
                  <Mark key={name} kind={kind === "cost" ? undefined : "warn"}>
                    {kind === "price" ? (
                      <Link to="/data/symbol" search={{ symbol: name }}>
                        {name}
                      </Link>
                    ) : (
                      name
                    )}
                  </Mark>
                ))}
              </dd>
            </div>
          ))}
      </dl>
    </Card>
  );
}
