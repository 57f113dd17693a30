import { catalogue } from "../catalogue";
import en from "./en";

export const figures = catalogue(en, {
  de: () => import("./de"),
  fr: () => import("./fr"),
  es: () => import("./es"),
  pt: () => import("./pt"),
});
