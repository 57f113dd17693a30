import { Link } from "@tanstack/react-router";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { portfolios } from "../../i18n/portfolios";
import { Dialog } from "../../ui/Dialog";
import type { Explained } from "../../ui/Figure";
import { Figure, Money } from "../../ui/Figure";
import type { Holding } from "./queries";

type Props = {
  portfolio: number;
  holding: Holding;
  currency: string;
  explain: (figure: string) => Explained;
  onClose: () => void;
};

/** What is left of each purchase. */
export function LotsDialog({ portfolio, holding, currency, explain, onClose }: Props) {
  const tell = useTexts(portfolios);
  const format = useFormat();
  const title = tell("lots", { symbol: holding.symbol });
  const lots = holding.lots ?? [];
  return (
    <Dialog title={title} onClose={onClose}>
      {lots.length === 0 ? (
        <p className="quiet">{tell("holdings_none")}</p>
      ) : (
        <div className="table-scroller" tabIndex={0} role="region" aria-label={title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{tell("lot_acquired")}</th>
                <th scope="col" data-numeric="true">
                  {tell("quantity")}
                </th>
                <th scope="col" data-numeric="true">
                  {tell("cost")}
                </th>
                <th scope="col" data-numeric="true">
                  {tell("unrealized")}
                </th>
                <th scope="col" data-numeric="true">
                  {tell("lot_return")}
                </th>
              </tr>
            </thead>
            <tbody>
              {lots.map((lot, index) => {
                const of = (name: string) => explain(`holdings.${holding.symbol}.lots.${index}.${name}`);
                return (
                  <tr key={`${lot.portfolio_id} ${lot.transaction_id} ${index}`}>
                    <th scope="row">{format.day(lot.acquired)}</th>
                    <td data-numeric="true">
                      <Figure as="quantity" value={lot.quantity} explain={of("quantity")} />
                    </td>
                    <td data-numeric="true">
                      <Money value={lot.cost_basis} currency={currency} explain={of("cost_basis")} />
                    </td>
                    <td data-numeric="true">
                      <Money
                        value={lot.unrealized_gain_net}
                        currency={currency}
                        signed
                        explain={of("unrealized_gain_net")}
                      />
                    </td>
                    <td data-numeric="true">
                      <Figure as="percent" value={lot.return} signed explain={of("return")} />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      <div className="row">
        <Link
          to="/trade"
          search={{ portfolio, symbol: holding.symbol }}
          className="button"
          data-kind="secondary"
          onClick={onClose}
        >
          {tell("trade")}
        </Link>
      </div>
    </Dialog>
  );
}
