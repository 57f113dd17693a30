import { useRouter } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";
import type { Decimal } from "../api/numbers";
import { sign } from "../api/numbers";
import { useTexts } from "../i18n/catalogue";
import type { Signs } from "../i18n/format";
import { useFormat } from "../i18n/format";
import { shell } from "../i18n/shell";

/** Which figure Explain is asked for: its path, and the parameters of the answer that it stands in. */
export type Explained = {
  portfolio?: number;
  figure: string;
  [parameter: string]: string | number | undefined;
};

type Common = {
  value: Decimal | null;
  /** Makes the figure a link to its explanation. */
  explain?: Explained | undefined;
  /** Gains green, losses red, with the sign written too: colour alone says nothing to some. */
  signed?: boolean;
};

type ShownProps = Common & { text: string; unit?: string; as?: "decimal" | "percent" };

function Shown({ value, text, explain, signed = false, unit = "", as = "decimal" }: ShownProps) {
  const format = useFormat();
  if (value === null) return <Unknown />;
  const side = signed ? ["loss", "", "gain"][sign(value) + 1] : "";
  const name = `figure ${side ?? ""}`.trimEnd();
  const title = `${format.exact(value, as)} ${unit}`.trimEnd();
  if (explain === undefined) {
    return (
      <span className={name} title={title}>
        {text}
      </span>
    );
  }
  return <ExplainLink explain={explain} name={name} title={title} text={text} />;
}

type ExplainProps = { explain: Explained; name: string; title: string; text: string };

// A Link of the router follows every change of the router's state: too much for each number of a long table.
function ExplainLink({ explain, name, title, text }: ExplainProps) {
  const tell = useTexts(shell);
  const router = useRouter();
  const asked = Object.entries(explain).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(asked.map(([key, value]) => [key, String(value)]));
  const address = `/explain?${query}`;
  const follow = (event: MouseEvent) => {
    // Another tab or window is the browser's business.
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate({ href: address });
  };
  return (
    <a
      href={`${import.meta.env.BASE_URL.slice(0, -1)}${address}`}
      className={name}
      title={title}
      aria-label={tell("explain", { value: text })}
      onClick={follow}
    >
      {text}
    </a>
  );
}

/** What nobody knows: never 0, and never nothing. */
export function Unknown() {
  const tell = useTexts(shell);
  return (
    <span className="quiet" title={tell("unknown_hint")}>
      <span aria-hidden="true">—</span>
      <span className="visually-hidden">{tell("unknown")}</span>
    </span>
  );
}

/** An amount of money, in its currency's usual digits; every digit on hover. */
export function Money({ currency, ...rest }: Common & { currency: string }) {
  const format = useFormat();
  const mode: Signs = rest.signed === true ? "always" : "auto";
  const text = rest.value === null ? "" : format.money(rest.value, currency, mode);
  return <Shown {...rest} text={text} unit={currency} />;
}

/** A number that is no money: a quantity, a price per unit, or a share written in percent. */
export function Figure({ as, ...rest }: Common & { as: "quantity" | "price" | "percent" }) {
  const format = useFormat();
  const { value } = rest;
  if (value === null) return <Unknown />;
  const mode: Signs = rest.signed === true ? "always" : "auto";
  const text = as === "percent" ? format.percent(value, mode) : format[as](value);
  return <Shown {...rest} text={text} as={as === "percent" ? "percent" : "decimal"} />;
}

export function Mark({ kind, title, children }: { kind?: "warn"; title?: string; children: ReactNode }) {
  return (
    <span className="mark" data-kind={kind} title={title}>
      {children}
    </span>
  );
}

/** Stands beside every price that is older than the day it is shown for. */
export function Stale({ asOf }: { asOf: string }) {
  const tell = useTexts(shell);
  const format = useFormat();
  const when = asOf.length === 10 ? format.day(asOf) : format.moment(asOf);
  return (
    <Mark kind="warn" title={tell("stale_hint", { when })}>
      {tell("stale")}
    </Mark>
  );
}

/** Stands beside every price that no market made. */
export function Simulated() {
  const tell = useTexts(shell);
  return <Mark title={tell("simulated_hint")}>{tell("simulated")}</Mark>;
}
