import { useId } from "react";
import { Card } from "../../app/Page";
import { account } from "../../i18n/account";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import type { Theme } from "../../i18n/preferences";
import { setPreferences, usePreferences } from "../../i18n/preferences";
import { Segments } from "../../ui/Segments";
import { LanguageSelect } from "./LanguageSelect";

export function Preferences() {
  const tell = useTexts(account);
  const { theme } = usePreferences();
  const themes: { value: Theme; label: string }[] = [
    { value: "system", label: tell("theme_system") },
    { value: "light", label: tell("theme_light") },
    { value: "dark", label: tell("theme_dark") },
  ];
  return (
    <Card title={tell("preferences")}>
      <p className="quiet small">{tell("preferences_hint")}</p>
      <LanguageSelect />
      <CurrencySelect />
      <Segments
        legend={tell("theme")}
        value={theme}
        choices={themes}
        onChange={(value) => setPreferences({ theme: value })}
      />
    </Card>
  );
}

function CurrencySelect() {
  const tell = useTexts(account);
  const format = useFormat();
  const { currency } = usePreferences();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{tell("currency")}</label>
      <select
        id={id}
        value={currency ?? ""}
        aria-describedby={`${id}-hint`}
        onChange={(event) => setPreferences({ currency: event.target.value || undefined })}
      >
        <option value="">{tell("currency_base")}</option>
        {Intl.supportedValuesOf("currency").map((code) => (
          <option key={code} value={code}>
            {code} – {format.currencyName(code)}
          </option>
        ))}
      </select>
      <p id={`${id}-hint`} className="field-hint">
        {tell("currency_hint")}
      </p>
    </div>
  );
}
