import { getRouteApi } from "@tanstack/react-router";
import type { KeyboardEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { useTexts } from "../../i18n/catalogue";
import { explain } from "../../i18n/explain";
import type { Node } from "./queries";
import { TransactionDialog } from "./TransactionDialog";
import type { Shared } from "./TreeItem";
import { TreeItem } from "./TreeItem";
import type { Search } from "./route";
import { above, ROOT, stepOf } from "./walking";

const route = getRouteApi("/framed/explain");
const PLACES = "[role=treeitem]";

/** The tree as ARIA describes it: arrows walk, right opens, left closes; where one is stands in the address. */
export function Tree({ tree, search }: { tree: Node; search: Search }) {
  const tell = useTexts(explain);
  const navigate = route.useNavigate();
  const element = useRef<HTMLUListElement>(null);
  const at = search.node ?? ROOT;
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set([ROOT, ...above(at)]));
  const [shown, setShown] = useState<{ portfolio: number; id: number }>();
  const placed = () => [...(element.current?.querySelectorAll<HTMLElement>(PLACES) ?? [])];
  useEffect(() => {
    // Who came by such an address goes on where they were.
    if (at !== ROOT) focused(placed(), at);
  }, []);
  const toggle = (path: string, opened: boolean) => {
    const next = new Set(open);
    if (opened) next.add(path);
    else next.delete(path);
    setOpen(next);
  };
  const choose = (node: string) => {
    if (node === at) return;
    void navigate({ search: (before) => ({ ...before, node }), replace: true, resetScroll: false });
  };
  const walk = (event: KeyboardEvent) => walked(event, placed(), open, toggle);
  const shared: Shared = { at, open, search, toggle, choose, show: setShown };
  return (
    <>
      <ul ref={element} role="tree" aria-label={tell("tree")} className="explain-tree" onKeyDown={walk}>
        <TreeItem node={tree} path={ROOT} level={1} shared={shared} />
      </ul>
      {shown && <TransactionDialog {...shown} onClose={() => setShown(undefined)} />}
    </>
  );
}

const focused = (placed: readonly HTMLElement[], path: string) =>
  placed.find((one) => one.dataset["path"] === path)?.focus();

/** Does what a key asks for: to another item, or to open or close the one that has the focus. */
function walked(
  event: KeyboardEvent,
  placed: readonly HTMLElement[],
  open: ReadonlySet<string>,
  toggle: (path: string, opened: boolean) => void,
) {
  // A button inside an item has its own keys.
  if (!(event.target instanceof HTMLElement) || !event.target.matches(PLACES)) return;
  const path = event.target.dataset["path"] ?? ROOT;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    const button = event.target.querySelector<HTMLElement>("button");
    if (button === null) toggle(path, !open.has(path));
    else button.click();
    return;
  }
  const places = placed.map((one) => {
    const expanded = one.getAttribute("aria-expanded");
    return { path: one.dataset["path"] ?? "", open: expanded === null ? undefined : expanded === "true" };
  });
  const step = stepOf(event.key, places, path);
  if (Object.keys(step).length > 0) event.preventDefault();
  if (step.open !== undefined) toggle(step.open, true);
  if (step.close !== undefined) toggle(step.close, false);
  if (step.focus !== undefined) focused(placed, step.focus);
}
