import { catalogue } from "../catalogue";
import en from "./en";

export const allocation = catalogue(en, {
  de: () => import("./de"),
  fr: () => import("./fr"),
  es: () => import("./es"),
  pt: () => import("./pt"),
});
