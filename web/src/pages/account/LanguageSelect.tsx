import { useId } from "react";
import { account } from "../../i18n/account";
import { useTexts } from "../../i18n/catalogue";
import type { Language } from "../../i18n/languages";
import { LANGUAGES } from "../../i18n/languages";
import { setPreferences, useLocale } from "../../i18n/preferences";

export function LanguageSelect() {
  const tell = useTexts(account);
  const { language } = useLocale();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{tell("language")}</label>
      <select
        id={id}
        value={language}
        onChange={(event) => setPreferences({ language: event.target.value as Language })}
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
