import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { portfoliosQuery } from "../../api/queries";
import { Card, Page } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { explain } from "../../i18n/explain";
import { Loaded } from "../../ui/states";
import { Amount } from "./Amount";
import { useFigureName } from "./names";
import { explanationQuery } from "./queries";
import { USUAL_FIGURE } from "./route";
import { Tree } from "./Tree";
import "./explain.css";

const route = getRouteApi("/framed/explain");

/** Where a figure comes from, down to what was entered and to the prices and rates that were read. */
export function ExplainPage() {
  const tell = useTexts(explain);
  const format = useFormat();
  const name = useFigureName();
  const search = route.useSearch();
  const query = useQuery(explanationQuery(search));
  const { data: portfolios = [] } = useQuery(portfoliosQuery);
  const figure = search.figure ?? USUAL_FIGURE;
  const of = portfolios.find(({ id }) => String(id) === search.portfolio)?.name;
  const until = search["at"] ?? search["to"];
  const from = search["since"] ?? search["from"];
  const notes = [
    search.portfolio === undefined ? tell("all") : of,
    from && tell("from", { day: format.day(from) }),
    until && tell("until", { day: format.day(until) }),
  ];
  return (
    <Page title={tell("title")} lead={notes.filter(Boolean).join(" · ")}>
      <Card title={name(figure)}>
        <Loaded query={query} lines={8}>
          {(found) => (
            <>
              <p className="explain-value">
                <Amount value={found.value} unit={found.tree.unit} />
              </p>
              <p className="quiet small">{tell("hint")}</p>
              <Tree key={`${figure} ${search.portfolio}`} tree={found.tree} search={search} />
            </>
          )}
        </Loaded>
      </Card>
    </Page>
  );
}
