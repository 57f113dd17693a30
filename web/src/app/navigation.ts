// The places that the frame leads to, in their order. A new page adds its line, if it has a place.
import type { shell } from "../i18n/shell";
import type { IconName } from "../ui/Icon";

type Entry = {
  to: string;
  label: keyof typeof shell.en & `nav_${string}`;
  icon: IconName;
  /** On a phone there is room for five; the others are in the account menu. */
  phone: boolean;
  /** For administrators alone. */
  admin?: true;
};

export const navigation: readonly Entry[] = [
  { to: "/", label: "nav_home", icon: "home", phone: true },
  { to: "/portfolios", label: "nav_portfolios", icon: "portfolio", phone: true },
  { to: "/trade", label: "nav_trade", icon: "trade", phone: true },
  { to: "/data", label: "nav_data", icon: "data", phone: true },
  { to: "/admin", label: "nav_admin", icon: "admin", phone: false, admin: true },
  { to: "/account", label: "nav_account", icon: "account", phone: true },
];
