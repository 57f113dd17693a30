import { useIsFetching, useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouter } from "@tanstack/react-router";
import { Suspense, useEffect, useRef } from "react";
import { api } from "../api/client";
import { meQuery } from "../api/queries";
import { useTexts } from "../i18n/catalogue";
import { shell } from "../i18n/shell";
import { Icon } from "../ui/Icon";
import { Menu } from "../ui/Menu";
import { useErrorText } from "../ui/errors";
import { toast } from "../ui/Toasts";
import { Brand } from "./Brand";
import { useLeave } from "./leave";
import { navigation } from "./navigation";
import { SessionGuard } from "./SessionGuard";
import { useReachable } from "./reachable";
import { Waiting } from "./Waiting";

/** What stands around every page of somebody who is signed in. */
export function Frame() {
  const tell = useTexts(shell);
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {tell("skip")}
      </a>
      <header className="top">
        <Link to="/" className="brand">
          <Brand />
        </Link>
        <AccountMenu />
      </header>
      <Navigation />
      <Preload />
      <main id="content" tabIndex={-1}>
        <OfflineBanner />
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </main>
      <SessionGuard />
    </div>
  );
}

/** The places that the person may go to. */
function usePlaces() {
  const { data: me } = useQuery(meQuery);
  return navigation.filter(({ admin }) => admin !== true || me?.is_admin === true);
}

function Navigation() {
  const tell = useTexts(shell);
  return (
    <nav className="rail" aria-label={tell("navigation")}>
      {usePlaces().map(({ to, label, icon, phone }) => (
        <Link key={to} to={to} data-phone={phone} activeProps={{ "aria-current": "page" }}>
          <Icon name={icon} />
          <span>{tell(label)}</span>
        </Link>
      ))}
    </nav>
  );
}

/** Fetches the chunks of the other pages once nothing else is on its way, so that no click waits for one. */
function Preload() {
  const router = useRouter();
  const places = usePlaces();
  const idle = useIsFetching() === 0;
  const begun = useRef(false);
  useEffect(() => {
    if (!idle || begun.current) return;
    begun.current = true;
    for (const { to } of places) void router.preloadRoute({ to });
  }, [idle, places, router]);
  return null;
}

function AccountMenu() {
  const tell = useTexts(shell);
  const errorText = useErrorText();
  const leave = useLeave();
  const places = usePlaces();
  const { data: me } = useQuery(meQuery);
  const name = me?.email ?? me?.username ?? "";
  const signOut = async () => {
    try {
      await api.post("/api/v1/auth/logout");
      await leave();
    } catch (error) {
      toast(errorText(error as Error), { kind: "error" });
    }
  };
  return (
    <Menu
      label={tell("menu_account")}
      button={
        <span className="avatar" aria-hidden="true">
          {name.slice(0, 1).toUpperCase()}
        </span>
      }
    >
      <p className="quiet small">{name}</p>
      {places
        .filter(({ to, phone }) => !phone || to === "/account")
        .map(({ to, label }) => (
          <Link key={to} to={to}>
            {tell(label)}
          </Link>
        ))}
      <button type="button" onClick={() => void signOut()}>
        {tell("sign_out")}
      </button>
    </Menu>
  );
}

function OfflineBanner() {
  const tell = useTexts(shell);
  if (useReachable()) return null;
  return (
    <p className="notice" data-kind="warn" role="status">
      {tell("offline_banner")}
    </p>
  );
}
