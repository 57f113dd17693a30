// Makes src/api/schema.d.ts, integers.ts and countries.ts from build/openapi.json.
// OpenAPI calls an exact decimal `number`; in the app it is text with every digit, so its type is Decimal.
// Which fields are whole numbers is known only from the document: their names go to integers.ts. Which countries
// there are is a type too, but a choice of them needs the list itself.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const here = (path) => new URL(`../${path}`, import.meta.url);
const document = JSON.parse(readFileSync(here("build/openapi.json"), "utf8"));
const decimal = ts.factory.createTypeReferenceNode("Decimal");
const tree = await openapiTS(document, {
  alphabetize: true,
  defaultNonNullable: false,
  transform: (schema) => (schema.type === "number" ? decimal : undefined),
});
const head = 'import type { Decimal } from "./numbers";\n\n';
writeFileSync(here("src/api/schema.d.ts"), head + astToString(tree));

const found = { integer: new Set(), number: new Set() };
function note(name, schema) {
  if (typeof schema !== "object" || schema === null) return;
  if (schema.type in found) found[schema.type].add(name);
  for (const one of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) note(name, one);
  note(name, schema.items);
  note(name, schema.additionalProperties);
  for (const [inner, of] of Object.entries(schema.properties ?? {})) note(inner, of);
}
for (const schema of Object.values(document.components.schemas)) note("", schema);
const both = [...found.integer].filter((name) => found.number.has(name));
if (both.length > 0) throw new Error(`whole number here and decimal there: ${both.join(", ")}`);
const names = JSON.stringify([...found.integer].sort(), null, 2);
writeFileSync(
  here("src/api/integers.ts"),
  `export const INTEGERS: ReadonlySet<string> = new Set(${names});\n`,
);

const country = document.components.schemas.InstrumentTerms.properties.country.anyOf.find((one) => one.enum);
writeFileSync(
  here("src/api/countries.ts"),
  `export const COUNTRIES = ${JSON.stringify(country.enum)} as const;\n`,
);
