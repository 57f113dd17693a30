/** A text with {places}, or one text for each plural form of {count}. */
export type Plural = { one: string; other: string; many?: string };
export type Message = string | Plural;
export type Texts = Record<string, Message>;
/** What every other language must have: the keys of the English texts, each of the same kind. */
export type Translated<E extends Texts> = { [K in keyof E]: E[K] extends string ? string : Plural };

type Places<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Places<Rest> : never;
type Needed<M> = M extends Plural ? Places<M["other"]> : Places<M>;
type Fill = string | number;
/** Values for the places: none may be forgotten. */
export type Values<M> = [Needed<M>] extends [never] ? [] : [values: Record<Needed<M>, Fill>];

/** Put values into the places of a message; `count` chooses the plural form. */
export function told(message: Message, values: Record<string, Fill>, locale: string): string {
  const text = typeof message === "string" ? message : form(message, Number(values["count"]), locale);
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    if (typeof value === "number") return value.toLocaleString(locale);
    return value ?? place;
  });
}

function form(message: Plural, count: number, locale: string): string {
  const rule = new Intl.PluralRules(locale).select(count);
  return (rule === "one" || rule === "many" ? message[rule] : undefined) ?? message.other;
}
