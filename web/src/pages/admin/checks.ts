import type { Schemas } from "../../api/queries";

/** What the server looks at, and the sentence by which it says that it is not well. */
const SAID = {
  database: "The database does not answer, or its schema is not this version's.",
  identity: "The identity provider does not answer.",
  prices: "The price source has no prices.",
  disk: "Less than 5 % of the disk is free.",
} as const;
export type Looked = keyof typeof SAID;
export type Check = {
  /** Undefined: the server looks at more than this app knows of. */
  looked: Looked | undefined;
  state: "well" | "error" | "warning";
  /** The server's own words. */
  said: string;
};

export const SENTENCES: readonly string[] = Object.values(SAID);

/** Each thing that was looked at with its state: what is wrong first. */
export function checksOf({ errors, warnings }: Schemas["Health"]): Check[] {
  const known = Object.keys(SAID) as Looked[];
  const found = (said: string, state: "error" | "warning"): Check => ({
    looked: known.find((one) => SAID[one] === said),
    state,
    said,
  });
  const wrong = [
    ...errors.map((one) => found(one, "error")),
    ...warnings.map((one) => found(one, "warning")),
  ];
  const well = known.filter((one) => !wrong.some(({ looked }) => looked === one));
  return [...wrong, ...well.map((looked): Check => ({ looked, state: "well", said: "" }))];
}
