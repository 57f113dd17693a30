import type { Schemas } from "../../api/queries";
import { useTexts } from "../../i18n/catalogue";
import { home } from "../../i18n/home";

type Props = {
  portfolios: readonly Schemas["Portfolio"][];
  chosen: number | undefined;
  onChoose: (portfolio: number | undefined) => void;
};

/** One portfolio, or all of them together. */
export function Picker({ portfolios, chosen, onChoose }: Props) {
  const tell = useTexts(home);
  return (
    <div className="field home-picker">
      <select
        aria-label={tell("pick")}
        value={chosen ?? ""}
        onChange={(event) => onChoose(event.target.value === "" ? undefined : Number(event.target.value))}
      >
        <option value="">{tell("all")}</option>
        {portfolios.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </div>
  );
}
