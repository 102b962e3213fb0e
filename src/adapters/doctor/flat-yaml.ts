import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";
import type { Field } from "../../core/diagnosis/config.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { manifestLimit } from "../source/manifest.ts";

/** Settings of one YAML document: "spec.etcdEndpoints", "users[0].name", each with its line. */
export type FlatDocument = Readonly<Record<string, Field>>;

/** Settings that are kept of one document: a kubeconfig of a thousand clusters has some ten thousand. */
const maxFields = 50_000;

/**
 * All documents of a YAML or JSON text, flat; empty ones are left out. Throws source.manifest with line and column
 * when it is not YAML, file.too-big.
 */
export const flatYaml = (bytes: Uint8Array, path: string): readonly FlatDocument[] => {
  if (bytes.length > manifestLimit)
    throw failure("file.too-big", { path, size: bytes.length, limit: manifestLimit });
  const lines = new LineCounter();
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  return (Array.isArray(documents) ? documents : []).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0]);
      throw failure("source.manifest", { path, line, column: col, why: error.message });
    }
    const fields: Record<string, Field> = {};
    collect(document.contents, "", (key, value, offset) => {
      if (Object.keys(fields).length >= maxFields) return;
      const { line } = lines.linePos(offset);
      fields[key] = { value, at: { file: path, line, field: key } };
    });
    return fields;
  });
};

const collect = (
  node: unknown,
  within: string,
  found: (key: string, value: string, offset: number) => void,
): void => {
  if (isMap(node)) {
    for (const pair of node.items) {
      const name = isScalar(pair.key) ? String(pair.key.value) : "?";
      // A key with dots is one name, not a way down: data["tls.crt"].
      const step = name.includes(".") ? `["${name}"]` : within === "" ? name : `.${name}`;
      collect(pair.value, within + step, found);
    }
  } else if (isSeq(node)) {
    for (const [i, item] of node.items.entries()) collect(item, `${within}[${i}]`, found);
  } else if (isScalar(node) && !isAlias(node) && node.value !== null) {
    found(within, String(node.value), node.range?.[0] ?? 0);
  }
};
