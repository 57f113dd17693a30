import { useTexts } from "./catalogue";
import { data } from "./data";

const NAMED = ["user", "static", "simulated", "ecb", "trade"] as const;

/** Who says so: sources that come with Steward have a name in every language. */
export function useSourceName(): (source: string) => string {
  const tell = useTexts(data);
  return (source) => {
    const named = NAMED.find((one) => one === source);
    return named === undefined ? source : tell(`source_${named}`);
  };
}
