import { catalogue } from "../catalogue";
import en from "./en";

export const admin = catalogue(en, {
  de: () => import("./de"),
  fr: () => import("./fr"),
  es: () => import("./es"),
  pt: () => import("./pt"),
});
