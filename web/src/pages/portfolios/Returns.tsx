import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { performance } from "../../i18n/performance";
import type { Explained } from "../../ui/Figure";
import { Figure } from "../../ui/Figure";
import { KeyFigure } from "./Overview";
import type { Performance } from "./queries";

type Props = { found: Performance; explain: (figure: string) => Explained };

const RETURNS = [
  "time_weighted",
  "time_weighted_annualized",
  "money_weighted",
  "modified_dietz",
  "simple",
] as const;
const RISKS = ["volatility_annualized", "semi_deviation", "max_drawdown"] as const;
const HINTS = { time_weighted: "time_weighted_hint", money_weighted: "money_weighted_hint" } as const;

export function Returns({ found, explain }: Props) {
  const tell = useTexts(performance);
  const format = useFormat();
  const { returns } = found;
  const { max_drawdown_from: first, max_drawdown_to: last, longest_drawdown_days: longest } = returns;
  const hint = (name: (typeof RETURNS)[number]) =>
    name in HINTS ? { hint: tell(HINTS[name as keyof typeof HINTS]) } : {};
  return (
    <dl className="key-figures">
      {RETURNS.map((name) => (
        <KeyFigure key={name} label={tell(name)} {...hint(name)}>
          <Figure
            as="percent"
            value={returns[name]}
            signed
            explain={explain(`performance.returns.${name}`)}
          />
        </KeyFigure>
      ))}
      {RISKS.map((name) => (
        <KeyFigure key={name} label={tell(name)}>
          <Figure as="percent" value={returns[name]} explain={explain(`performance.returns.${name}`)} />
          {name === "max_drawdown" && first !== null && last !== null && (
            <span className="quiet small block">
              {tell("max_drawdown_span", { from: format.day(first), to: format.day(last) })}
            </span>
          )}
        </KeyFigure>
      ))}
      {longest !== null && (
        <KeyFigure label={tell("longest_drawdown")}>{tell("days", { count: longest })}</KeyFigure>
      )}
    </dl>
  );
}
