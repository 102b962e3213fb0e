import {
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  type Document,
  type LineCounter,
} from "yaml";

export interface Position {
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

type Path = readonly (string | number)[];

/** "etcd.members[0].node" */
export const fieldName = (path: Path): string =>
  path
    .map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`))
    .join("");

const keyOffset = (container: unknown, key: string | number): number | undefined => {
  if (!isMap(container)) return undefined;
  const pair = container.items.find(
    (item) => isScalar(item.key) && String(item.key.value) === String(key),
  );
  return isPair(pair) && isNode(pair.key) ? pair.key.range?.[0] : undefined;
};

/**
 * Where the field stands in the text: its value, or its name when `name` is wanted;
 * for a field that is not there, the nearest one above it that is.
 */
export const locate = (
  document: Document,
  lines: LineCounter,
  path: Path,
  what: "value" | "name",
): Position => {
  for (let depth = path.length; depth >= 0; depth--) {
    const here = path.slice(0, depth);
    const node = document.getIn(here, true);
    const container = depth === 0 ? undefined : document.getIn(here.slice(0, -1), true);
    const named = depth === 0 ? undefined : keyOffset(container, here[depth - 1]!);
    // A block collection begins on the line behind its name; the name is what an operator looks for.
    const asName = what === "name" || depth < path.length || isCollection(node);
    const offset = asName
      ? (named ?? (isNode(node) ? node.range?.[0] : undefined))
      : ((isNode(node) ? node.range?.[0] : undefined) ?? named);
    if (offset !== undefined) {
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
};
