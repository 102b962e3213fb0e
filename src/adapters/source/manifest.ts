import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Node } from "yaml";
import { failure } from "../../core/errors/certwright-error.ts";

/** PKI material inside a Kubernetes manifest or kubeconfig. */
export interface Embedded {
  /** "users[0].user.client-certificate-data" */
  readonly within: string;
  /** Of the manifest, counted from 1. */
  readonly line: number;
  /** The field's bytes, decoded where the field's convention is base64; */
  readonly bytes?: Uint8Array;
  /** or the file that it names, as written. */
  readonly path?: string;
}

/**
 * Bytes of a manifest that are parsed. The largest object that Kubernetes stores is etcd's request limit of 1.5 MiB;
 * a list of many is better asked for in parts, for parsing 4 MiB of YAML takes some seconds.
 */
export const manifestLimit = 4 * 1024 * 1024;

/** Fields that hold base64 of PEM by definition: kubeconfigs, webhooks and APIServices, CSR objects. */
const encodedFields =
  /^(certificate-authority-data|client-certificate-data|client-key-data|caBundle|certificate|request)$/;
/** Keys of Secrets and ConfigMaps that hold certificates and keys by convention. */
const materialKeys = /\.(crt|pem|key|cer|der|p12|pfx|jks|csr|crl)$/;
const fileFields = /^(certificate-authority|client-certificate|client-key)$/;
const base64Form = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;
const pemStart = "-----BEGIN ";

/**
 * All certificates, keys and the like inside a manifest, with field and line. Aliases are not followed: what they
 * stand for is found where it is written. Throws source.manifest with line and column when it is not YAML.
 */
export const readManifest = (bytes: Uint8Array, path: string): readonly Embedded[] => {
  if (bytes.length > manifestLimit) {
    throw failure("file.too-big", { path, size: bytes.length, limit: manifestLimit });
  }
  const lines = new LineCounter();
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const found: Embedded[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const error = document.errors[0];
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0]);
      // The parser recurses, and says it in V8's words.
      const why = /call stack/.test(error.message) ? "it is nested too deeply" : error.message;
      throw failure("source.manifest", { path, line, column: col, why });
    }
    visit(document.contents, "", "", (within, key, value, node) => {
      const embedded = embeddedIn(key, within, value);
      if (embedded === undefined) return;
      found.push({ within, line: lines.linePos(node.range?.[0] ?? 0).line, ...embedded });
    });
  }
  return found;
};

const visit = (
  node: unknown,
  within: string,
  key: string,
  found: (within: string, key: string, value: string, node: Node) => void,
): void => {
  if (isMap(node)) {
    for (const pair of node.items) {
      const name = isScalar(pair.key) ? String(pair.key.value) : "?";
      // A key with dots is one name, not a way down: data["tls.crt"].
      const step = name.includes(".") ? `["${name}"]` : within === "" ? name : `.${name}`;
      visit(pair.value, within + step, name, found);
    }
  } else if (isSeq(node)) {
    for (const [i, item] of node.items.entries()) visit(item, `${within}[${i}]`, key, found);
  } else if (isScalar(node) && typeof node.value === "string" && !isAlias(node)) {
    found(within, key, node.value, node);
  }
};

const embeddedIn = (
  key: string,
  within: string,
  value: string,
): Pick<Embedded, "bytes" | "path"> | undefined => {
  if (value.includes(pemStart)) return { bytes: Buffer.from(value, "utf8") };
  if (fileFields.test(key) && value !== "") return { path: value };
  const known = encodedFields.test(key) || (materialKeys.test(key) && /(^|\.)data\[/.test(within));
  if (!base64Form.test(value)) {
    // Not even base64: read as it is, so that the reader names what it sees instead.
    return known && value !== "" && encodedFields.test(key)
      ? { bytes: Buffer.from(value, "utf8") }
      : undefined;
  }
  const decoded = Buffer.from(value, "base64");
  return known || decoded.includes(pemStart) ? { bytes: decoded } : undefined;
};
