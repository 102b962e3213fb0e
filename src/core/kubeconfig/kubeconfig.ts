import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Scalar } from "yaml";
import { failure } from "../errors/certwright-error.ts";
import { asciiBytes } from "../bytes/utf8.ts";
import { decodeBase64, encodeBase64 } from "../bytes/base64.ts";

/** What of a kubeconfig's PKI there is: each either inline, in the field with "-data" behind its name, or a file's path. */
export type KubeconfigField = "certificate-authority" | "client-certificate" | "client-key";

/** One of them, of what the current context names. */
export type KubeconfigPart =
  | {
      readonly kind: "inline";
      /** "clusters[0].cluster.certificate-authority-data" */
      readonly within: string;
      /** Counted from 1. */
      readonly line: number;
      /** Decoded. */
      readonly bytes: Uint8Array;
    }
  /** `path` as written there: relative to the kubeconfig's folder. */
  | {
      readonly kind: "file";
      readonly within: string;
      readonly line: number;
      readonly path: string;
    }
  | { readonly kind: "absent"; readonly within: string };

/** A kubeconfig as text, with where its current context's parts stand in it. */
export interface Kubeconfig {
  readonly source: string;
  readonly text: string;
  /** Throws kubeconfig.no-entry, kubeconfig.malformed. */
  part(field: KubeconfigField): KubeconfigPart;
  /**
   * The text with other content in these parts, which have to be inline, and not one other character changed.
   * Throws kubeconfig.not-inline, kubeconfig.absent, and what `part` throws.
   */
  with(changes: ReadonlyMap<KubeconfigField, Uint8Array>): string;
  /** All that it leads to, also by other contexts; undefined: the text is YAML, and no kubeconfig. */
  clusters(): readonly { readonly name: string; readonly server: string }[] | undefined;
}

/** A kubeconfig of a thousand clusters, each with a CA and a client certificate inline, has some four million characters. */
const limit = 4 * 1024 * 1024;

/**
 * Reads a kubeconfig in YAML or JSON. `source` is its path, for what is told of it. Throws source.manifest with line
 * and column when it is neither.
 */
export const parseKubeconfig = (text: string, source: string): Kubeconfig => {
  if (text.length > limit)
    throw failure("file.too-big", { path: source, size: text.length, limit });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw failure("source.manifest", { path: source, line, column: col, why: error.message });
  }
  const at = (offset: number): number => lines.linePos(offset).line;
  const located = (field: KubeconfigField): Located => {
    const entry = entryOf(document.contents, field, source);
    const data = scalarIn(entry, `${field}-data`, source, at);
    if (data !== undefined) return { kind: "inline", ...data };
    const file = scalarIn(entry, field, source, at);
    if (file !== undefined) return { kind: "file", ...file };
    return { kind: "absent", within: `${entry.within}.${field}-data` };
  };
  return {
    source,
    text,
    part: (field) => {
      const found = located(field);
      if (found.kind === "absent") return found;
      const { within, line, value } = found;
      if (found.kind === "file") return { kind: "file", within, line, path: value };
      const decoded = decodeBase64(asciiBytes(value));
      if (!decoded.ok) {
        const why = `is no base64 (${decoded.why}) at its character ${decoded.offset + 1}`;
        throw failure("kubeconfig.malformed", { path: source, line, field: within, why });
      }
      return { kind: "inline", within, line, bytes: decoded.bytes };
    },
    with: (changes) => {
      const cuts = [...changes].map(([field, bytes]) => {
        const found = located(field);
        const { within } = found;
        if (found.kind === "absent")
          throw failure("kubeconfig.absent", { path: source, field: within });
        if (found.kind === "file") {
          const { line, value: file } = found;
          throw failure("kubeconfig.not-inline", { path: source, line, field: within, file });
        }
        const [start, end] = found.node.range!;
        return { start, end, written: writtenAs(found.node, encodeBase64(bytes)) };
      });
      return cuts
        .toSorted((a, b) => b.start - a.start)
        .reduce(
          (now, { start, end, written }) => now.slice(0, start) + written + now.slice(end),
          text,
        );
    },
    clusters: () => {
      const { clusters } = (document.toJS() ?? {}) as { readonly clusters?: unknown };
      if (!Array.isArray(clusters)) return undefined;
      return (clusters as readonly NamedCluster[]).map((one) => ({
        name: one?.name ?? "",
        server: one?.cluster?.server ?? "",
      }));
    },
  };
};

type NamedCluster = {
  readonly name?: string;
  readonly cluster?: { readonly server?: string } | null;
} | null;

type Located =
  | (FoundScalar & { readonly kind: "inline" | "file" })
  | { readonly kind: "absent"; readonly within: string };

interface FoundScalar {
  readonly within: string;
  readonly line: number;
  readonly value: string;
  readonly node: Scalar;
}

/** A map with its place in the document. */
interface Entry {
  readonly node: unknown;
  readonly within: string;
}

/** Base64 stands in plain scalars and in quotes as it is (YAML 1.2.2 section 7.3). */
const writtenAs = ({ type }: Scalar, base64: string): string => {
  if (type === "QUOTE_DOUBLE") return `"${base64}"`;
  if (type === "QUOTE_SINGLE") return `'${base64}'`;
  // A block ends with its line's end.
  return type === "PLAIN" ? base64 : `${base64}\n`;
};

/** The cluster or the user that clientcmd would take. */
const entryOf = (contents: unknown, field: KubeconfigField, source: string): Entry => {
  const isCluster = field === "certificate-authority";
  const [list, kind] = isCluster
    ? (["clusters", "cluster"] as const)
    : (["users", "user"] as const);
  const name = currentName(contents, kind, source);
  const entries = itemsOf(contents, list);
  const index =
    name === undefined && entries.length === 1
      ? 0
      : entries.findIndex((one) => textIn(one, "name") === (name ?? ""));
  if (index < 0) {
    const why =
      name === undefined
        ? `${entries.length} entries, and no current context says which`
        : `no entry is named "${name}", as its current context has it`;
    throw failure("kubeconfig.no-entry", { path: source, field: list, why });
  }
  return { node: childOf(entries[index], kind), within: `${list}[${index}].${kind}` };
};

/**
 * What the current context names. Undefined where there is none: the kubeconfig of cluster-info has but one cluster and
 * no context (kubeadm, discovery/token).
 */
const currentName = (
  contents: unknown,
  kind: "cluster" | "user",
  source: string,
): string | undefined => {
  const current = textIn(contents, "current-context") ?? "";
  if (current === "") return undefined;
  const context = itemsOf(contents, "contexts").find((one) => textIn(one, "name") === current);
  const name = context === undefined ? undefined : textIn(childOf(context, "context"), kind);
  if (name !== undefined) return name;
  const why =
    context === undefined
      ? `no context is named "${current}"`
      : `the context "${current}" names no ${kind}`;
  throw failure("kubeconfig.no-entry", { path: source, field: "current-context", why });
};

const childOf = (node: unknown, key: string): unknown =>
  isMap(node)
    ? node.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.value
    : undefined;

const itemsOf = (node: unknown, key: string): readonly unknown[] => {
  const list = childOf(node, key);
  return isSeq(list) ? list.items : [];
};

const textIn = (node: unknown, key: string): string | undefined => {
  const value = childOf(node, key);
  return isScalar(value) && value.value !== null ? String(value.value) : undefined;
};

/** Undefined where nothing or an empty text stands, which clientcmd takes for nothing. */
const scalarIn = (
  { node, within }: Entry,
  key: string,
  source: string,
  at: (offset: number) => number,
): FoundScalar | undefined => {
  const found = childOf(node, key);
  if (found === undefined || found === null) return undefined;
  const field = `${within}.${key}`;
  if (!isScalar(found)) {
    const offset = (found as { readonly range?: readonly number[] }).range?.[0] ?? 0;
    const why = "is no text of its own: an alias, a list or a map";
    throw failure("kubeconfig.malformed", { path: source, line: at(offset), field, why });
  }
  if (found.value === null || found.value === "") return undefined;
  const line = at(found.range?.[0] ?? 0);
  if (typeof found.value !== "string" || found.range === undefined || found.range === null) {
    throw failure("kubeconfig.malformed", { path: source, line, field, why: "is no text" });
  }
  return { within: field, line, value: found.value, node: found };
};
