import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/queries";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { home } from "../../i18n/home";
import { Loaded } from "../../ui/states";
import { Allocation } from "./Allocation";
import { isEmpty } from "./figures";
import { Missing } from "./Missing";
import { Movers } from "./Movers";
import { NetWorth } from "./NetWorth";
import { OpenOrders } from "./OpenOrders";
import type { Asked } from "./queries";
import { holdingsQuery } from "./queries";

type Props = { asked: Asked; portfolios: readonly Schemas["Portfolio"][] };

/** Where one stands now, and how it came to that. */
export function Overview({ asked, portfolios }: Props) {
  const query = useQuery(holdingsQuery(asked));
  return (
    <>
      <Loaded
        query={query}
        tall
        lines={2}
        empty={(told) =>
          isEmpty(told) && (
            <Nothing
              in={portfolios.filter(({ id }) => asked.portfolio === undefined || id === asked.portfolio)}
            />
          )
        }
      >
        {(told) => (
          <>
            <NetWorth asked={asked} told={told} />
            <div className="columns">
              <Allocation asked={asked} told={told} />
              <Movers asked={asked} told={told} />
            </div>
            <Missing asked={asked} told={told} />
          </>
        )}
      </Loaded>
      <OpenOrders portfolio={asked.portfolio} portfolios={portfolios} />
    </>
  );
}

const FEW = 3;

function Nothing({ in: portfolios }: { in: Props["portfolios"] }) {
  const tell = useTexts(home);
  return (
    <Card title={tell("nothing_title")}>
      <p className="quiet">{tell("nothing_text")}</p>
      <div className="row">
        {portfolios.slice(0, FEW).map(({ id, name }) => (
          <Link
            key={id}
            to="/portfolios/$portfolioId"
            params={{ portfolioId: String(id) }}
            search={{ view: "transactions" }}
            className="button"
            data-kind="primary"
          >
            {tell("enter_first", { name })}
          </Link>
        ))}
      </div>
    </Card>
  );
}
