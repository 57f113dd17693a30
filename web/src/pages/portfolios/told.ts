import { usePreferences } from "../../i18n/preferences";
import type { Explained } from "../../ui/Figure";
import type { Told } from "./queries";
import { portfolioRoute } from "./route";

/** In what the figures of the page are told: the person's currency, and what may stand in for a missing price. */
export function useTold(): Told {
  const { currency } = usePreferences();
  const { fill } = portfolioRoute.useSearch();
  return { ...(currency !== undefined && { currency }), ...(fill && { fill }) };
}

/** Names figures for their explanation: `also` are the parameters of the answer that they stand in. */
export const explaining =
  (portfolio: number, told: Told, also: Record<string, string | undefined>) =>
  (figure: string): Explained => ({ portfolio, figure, ...told, ...also });
