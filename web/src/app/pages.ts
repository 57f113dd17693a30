// The route of every page, once. A new page adds its line here, and one to navigation.ts if it has a place there.
import { accountRoute } from "../pages/account/route";
import { adminRoute } from "../pages/admin/route";
import { dataRoute, symbolRoute } from "../pages/data/route";
import { explainRoute } from "../pages/explain/route";
import { homeRoute } from "../pages/home/route";
import { portfolioRoute, portfoliosRoute } from "../pages/portfolios/route";
import { registerRoute, signInRoute } from "../pages/sign-in/route";
import { tradeRoute } from "../pages/trade/route";
import { framedRoute, rootRoute } from "./roots";

export const routeTree = rootRoute.addChildren([
  signInRoute,
  registerRoute,
  framedRoute.addChildren([
    homeRoute,
    portfoliosRoute,
    portfolioRoute,
    tradeRoute,
    dataRoute,
    symbolRoute,
    explainRoute,
    adminRoute,
    accountRoute,
  ]),
]);
