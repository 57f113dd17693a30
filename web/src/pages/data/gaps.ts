// What values, and the history of them, name as missing or old.
import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { Schemas } from "../../api/queries";
import { today } from "./Source";

export type Missing = Schemas["MissingFigure"];
export type Gap = Schemas["MissingSpan"];
export type Appraised = Schemas["Appraised"];

const inCurrency = (currency: string | undefined) => (currency === undefined ? {} : { currency });

/** What a portfolio is worth at today's close, as far as that is known. */
export const appraisedQuery = (portfolio: number, currency: string | undefined) =>
  queryOptions({
    queryKey: ["portfolios", portfolio, "appraised", today(), currency],
    queryFn: async ({ signal }) => {
      const path = { portfolio_id: portfolio };
      const query = { at: today(), ...inCurrency(currency) };
      const answer = await api.get("/api/v1/portfolios/{portfolio_id}/valuation", { path, query, signal });
      // With a day it is told in full.
      return answer as Appraised;
    },
  });

export const gapsQuery = (portfolio: number, currency: string | undefined) =>
  queryOptions({
    queryKey: ["portfolios", portfolio, "gaps", currency],
    queryFn: async ({ signal }) => {
      const path = { portfolio_id: portfolio };
      const query = { interval: "year" as const, ...inCurrency(currency) };
      return (await api.get("/api/v1/portfolios/{portfolio_id}/history", { path, query, signal })).missing;
    },
  });

/** Lines whose price is not of the day, the oldest first. */
export const oldLines = (appraised: Appraised) =>
  appraised.lines
    .filter((line) => (line.price_age_days ?? 0) > 0)
    .sort((one, other) => (other.price_age_days ?? 0) - (one.price_age_days ?? 0));
