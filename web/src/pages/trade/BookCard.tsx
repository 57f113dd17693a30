import { Card } from "../../app/Page";
import type { Book } from "../../api/stream";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { trade } from "../../i18n/trade";
import { Figure } from "../../ui/Figure";
import { Empty } from "../../ui/states";
import type { Step } from "./ladder";
import { added, sumOf } from "./ladder";
import "./ladder.css";

type Props = { book: Book; onPrice: (price: string) => void };

/** The best levels of both sides, asks above bids; a price goes into the ticket. */
export function BookCard({ book, onPrice }: Props) {
  const tell = useTexts(trade);
  const whole = Math.max(sumOf(book.bids), sumOf(book.asks));
  const title = tell(book.venue === "book" ? "book" : "quote");
  if (book.bids.length === 0 && book.asks.length === 0) {
    return (
      <Card title={title}>
        <Empty title={tell("book_empty")} text={tell("book_empty_text")} />
      </Card>
    );
  }
  return (
    <Card title={title}>
      <table className="ladder" aria-label={title}>
        <thead>
          <tr>
            <th scope="col">{tell("price")}</th>
            <th scope="col">{tell("size")}</th>
            <th scope="col">{tell("orders_count")}</th>
          </tr>
        </thead>
        <Side name={tell("asks")} side="ask" steps={added(book.asks, whole).toReversed()} onPrice={onPrice} />
        <tbody>
          <tr className="ladder-last">
            <td colSpan={3}>
              <span className="quiet small">{tell("last_price")}</span>{" "}
              <Figure value={book.last_price} as="price" />
            </td>
          </tr>
        </tbody>
        <Side name={tell("bids")} side="bid" steps={added(book.bids, whole)} onPrice={onPrice} />
      </table>
    </Card>
  );
}

type SideProps = {
  name: string;
  side: "bid" | "ask";
  steps: readonly Step[];
  onPrice: (price: string) => void;
};

function Side({ name, side, steps, onPrice }: SideProps) {
  const tell = useTexts(trade);
  const format = useFormat();
  return (
    <tbody data-side={side} aria-label={name}>
      {steps.map(({ level, share }) => (
        <tr key={level.price} style={{ backgroundSize: `${(share * 100).toFixed(1)}% 100%` }}>
          <td>
            <button
              type="button"
              title={format.exact(level.price)}
              aria-label={tell("take_price", { price: format.price(level.price) })}
              onClick={() => onPrice(level.price)}
            >
              {format.price(level.price)}
            </button>
          </td>
          <td>
            <Figure value={level.qty} as="quantity" />
          </td>
          <td>{format.count(level.orders)}</td>
        </tr>
      ))}
    </tbody>
  );
}
