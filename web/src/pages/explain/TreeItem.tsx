import { useQuery } from "@tanstack/react-query";
import { useTexts } from "../../i18n/catalogue";
import { explain } from "../../i18n/explain";
import { Icon } from "../../ui/Icon";
import { Failed, Loading } from "../../ui/states";
import { Amount } from "./Amount";
import { FORMULAS } from "./formulas";
import { useFigureName } from "./names";
import type { Node } from "./queries";
import { explanationQuery } from "./queries";
import type { Search } from "./route";
import { MissingText, SourceText } from "./SourceText";
import { childOf } from "./walking";

export type Shared = {
  at: string;
  open: ReadonlySet<string>;
  search: Search;
  toggle: (path: string, opened: boolean) => void;
  choose: (path: string) => void;
  show: (transaction: { portfolio: number; id: number }) => void;
};
type Props = { node: Node; path: string; level: number; shared: Shared };

/** One figure: its value, how it is made, and, when it is opened, of what. */
export function TreeItem({ node, path, level, shared }: Props) {
  const { at, open, toggle, choose } = shared;
  // A figure that had no room has a tree of its own, which is asked for when it is opened.
  const apart = node.source?.kind === "figure";
  const opens = node.inputs.length > 0 || apart;
  const opened = open.has(path);
  return (
    <li role="none">
      {/* The line alone is the item: an item around all below it would be read out with all of that. */}
      <div
        role="treeitem"
        data-path={path}
        aria-level={level}
        aria-expanded={opens ? opened : undefined}
        aria-selected={path === at}
        tabIndex={path === at ? 0 : -1}
        className="explain-line"
        data-opens={opens}
        onFocus={(event) => event.target === event.currentTarget && choose(path)}
        onClick={() => {
          choose(path);
          if (opens) toggle(path, !opened);
        }}
      >
        <span className="explain-arrow">{opens && <Icon name={opened ? "down" : "up"} size={16} />}</span>
        <Words node={node} shared={shared} />
      </div>
      {opened && node.inputs.length > 0 && <Inputs node={node} path={path} level={level} shared={shared} />}
      {opened && apart && node.inputs.length === 0 && (
        <Apart figure={node.source?.what ?? ""} path={path} level={level} shared={shared} />
      )}
    </li>
  );
}

function Words({ node, shared }: Pick<Props, "node" | "shared">) {
  const tell = useTexts(explain);
  const name = useFigureName();
  const formula = FORMULAS.get(node.formula);
  const notes = [
    formula === undefined ? node.formula : tell(formula),
    node.repeated && tell("repeated"),
    node.left_out > 0 && node.others === 0 && tell("left_out", { count: node.left_out }),
  ];
  return (
    <>
      <span className="explain-words">
        <span className="explain-name" title={node.figure}>
          {name(node.figure)}
        </span>
        <span className="quiet small">
          {node.missing && <MissingText missing={node.missing} />}
          {node.source && <SourceText source={node.source} onShow={shared.show} />}
          {!node.missing && !node.source && notes.filter(Boolean).join("; ")}
        </span>
      </span>
      <span className="explain-amount">
        <Amount value={node.value} unit={node.unit} />
      </span>
    </>
  );
}

function Inputs({ node, path, level, shared }: Props) {
  const tell = useTexts(explain);
  return (
    <ul role="group">
      {node.inputs.map((one, place) => (
        <TreeItem key={place} node={one} path={childOf(path, place)} level={level + 1} shared={shared} />
      ))}
      {node.others > 0 && (
        <li role="none" className="explain-line explain-others">
          <span className="explain-words quiet small">{tell("others", { count: node.others })}</span>
          {node.others_sum !== null && <Amount value={node.others_sum} unit={node.unit} />}
        </li>
      )}
    </ul>
  );
}

function Apart({
  figure,
  path,
  level,
  shared,
}: {
  figure: string;
  path: string;
  level: number;
  shared: Shared;
}) {
  const query = useQuery(explanationQuery(shared.search, figure));
  if (query.data !== undefined) {
    return <Inputs node={query.data.tree} path={path} level={level} shared={shared} />;
  }
  if (query.error !== null) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <Loading lines={2} />;
}
