import { decodeBase64 } from "../bytes/base64.ts";
import { latin1Of } from "../bytes/utf8.ts";
import { kindOfDer, sequenceLength } from "./der-kind.ts";
import type { Boundary } from "./pem-boundary.ts";
import type { PemFaults } from "./pem-faults.ts";

/** One block of PEM, decoded. */
export interface PemBlock {
  /** Label of RFC 7468, old ones already turned into theirs: "CERTIFICATE", "PRIVATE KEY". */
  readonly label: string;
  /** Headers of RFC 1421 ("Proc-Type", "DEK-Info"); nothing but encrypted keys has them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly der: Uint8Array;
  /** Of the BEGIN line, in the file. */
  readonly offset: number;
  readonly line: number;
}

/** Labels that are other names of the same thing. */
const plainLabel: ReadonlyMap<string, string> = new Map([
  ["X509 CERTIFICATE", "CERTIFICATE"],
  ["TRUSTED CERTIFICATE", "CERTIFICATE"],
  ["NEW CERTIFICATE REQUEST", "CERTIFICATE REQUEST"],
  ["PKCS #7 SIGNED DATA", "PKCS7"],
  ["CMS", "PKCS7"],
]);

/** Labels whose content is a DER SEQUENCE that `kindOfDer` knows. */
const checkedLabels: ReadonlySet<string> = new Set([
  "CERTIFICATE",
  "CERTIFICATE REQUEST",
  "X509 CRL",
  "PUBLIC KEY",
  "RSA PUBLIC KEY",
  "PRIVATE KEY",
  "ENCRYPTED PRIVATE KEY",
  "RSA PRIVATE KEY",
  "EC PRIVATE KEY",
  "PKCS7",
]);

/** Blanks out \n and \r\n written as text, in place, so that offsets stay; says whether there were any. */
const blankEscapes = (body: Uint8Array): boolean => {
  let found = false;
  for (let i = body.indexOf(0x5c); i >= 0; i = body.indexOf(0x5c, i + 1)) {
    const next = body[i + 1];
    // \n, \r, \t, a doubled backslash, or one at the line's end: all stand for white space here.
    if (
      next === undefined ||
      next === 0x6e ||
      next === 0x72 ||
      next === 0x74 ||
      next === 0x5c ||
      next === 0x0a ||
      next === 0x0d
    ) {
      body[i] = 0x20;
      if (next === 0x6e || next === 0x72 || next === 0x74) body[i + 1] = 0x20;
      found = true;
    }
  }
  return found;
};

/** Headers at the body's start up to an empty line (RFC 1421 section 4.4), and where the base64 begins. */
const readHeaders = (body: Uint8Array): { headers: Record<string, string>; from: number } => {
  const headers: Record<string, string> = {};
  const colon = body.indexOf(0x3a);
  // No header has its colon further in than this; the base64 alphabet has none.
  if (colon < 0 || colon > 128) return { headers, from: 0 };
  // Headers are short: DEK-Info is the longest.
  const text = latin1Of(body, 0, Math.min(body.length, 4096));
  const end = /\r?\n[ \t]*\r?\n/.exec(text);
  if (end === null) return { headers, from: 0 };
  for (const line of text
    .slice(0, end.index)
    .replaceAll(/\r?\n[ \t]+/g, "")
    .split(/\r?\n/)) {
    const match = /^([A-Za-z0-9-]+): ?(.*)$/.exec(line.trimEnd());
    if (match !== null) headers[match[1]!] = match[2]!;
  }
  return { headers, from: end.index + end[0].length };
};

const base64Reason = {
  padding: "padding stands in the wrong place",
  length: "its length is no multiple of 4: characters are missing",
  "trailing-bits": "its last character has bits that must be zero",
};

const decodeBody = (
  body: Uint8Array,
  from: number,
  at: number,
  label: string,
  faults: PemFaults,
): Uint8Array | undefined => {
  const result = decodeBase64(body, from);
  if (result.ok) return result.bytes;
  const offset = at + result.offset;
  const c = body[result.offset];
  // One character tells nothing of a key; more is shown of nothing.
  const evidence = c === undefined ? "" : faults.evidenceAt(offset, offset + 1);
  faults.add(
    "file.bad-base64",
    offset,
    evidence,
    result.why === "character"
      ? `the ${label} block has ${c !== undefined && c > 0x20 && c < 0x7f ? `"${String.fromCharCode(c)}"` : `byte 0x${(c ?? 0).toString(16).padStart(2, "0")}`}, which is no base64`
      : `the base64 of the ${label} block is wrong: ${base64Reason[result.why]}`,
  );
  return undefined;
};

/** Judges the decoded bytes; returns them, cut to the structure where bytes follow it, and the label that is true. */
const judgeDer = (
  label: string,
  der: Uint8Array,
  begin: Boundary,
  faults: PemFaults,
): { label: string; der: Uint8Array } => {
  if (!checkedLabels.has(label)) return { label, der };
  const evidence = `-----BEGIN ${begin.label}-----`;
  const claimed = sequenceLength(der);
  if (claimed === undefined) {
    faults.add(
      "file.bad-der",
      begin.start,
      evidence,
      `the ${begin.label} block decodes to ${der.length} bytes that do not begin with a DER SEQUENCE`,
    );
    return { label, der };
  }
  if (claimed > der.length) {
    faults.add(
      "file.bad-der",
      begin.start,
      evidence,
      `the ${begin.label} block is a structure of ${claimed} bytes, of which ${der.length} are there: lines are missing`,
    );
    return { label, der };
  }
  if (claimed < der.length && begin.label !== "TRUSTED CERTIFICATE")
    faults.add(
      "file.bad-der",
      begin.start,
      evidence,
      `the ${begin.label} block has ${der.length - claimed} bytes behind its structure of ${claimed}`,
    );
  const whole = der.subarray(0, claimed);
  const kind = kindOfDer(whole);
  if (kind === undefined || kind === label || kind === "PKCS12") return { label, der: whole };
  faults.add(
    "file.label-mismatch",
    begin.start,
    evidence,
    `the label says ${begin.label}, the content is ${kind}`,
  );
  return { label: kind, der: whole };
};

/** Says what is odd about the label. */
const judgeLabel = (
  begin: Boundary,
  headers: Readonly<Record<string, string>>,
  faults: PemFaults,
): void => {
  const evidence = `-----BEGIN ${begin.label}-----`;
  if (begin.label === "TRUSTED CERTIFICATE") faults.add("file.trusted-cert", begin.start, evidence);
  else if (begin.label === "X509 CERTIFICATE" || begin.label === "NEW CERTIFICATE REQUEST")
    faults.add("file.old-label", begin.start, evidence, begin.label);
  else if (begin.label === "OPENSSH PRIVATE KEY" || begin.label.startsWith("SSH2 "))
    faults.add("file.openssh-key", begin.start, evidence);
  else if (
    begin.label === "ENCRYPTED PRIVATE KEY" ||
    headers["Proc-Type"]?.includes("ENCRYPTED") === true
  )
    faults.add("file.encrypted-key", begin.start, evidence);
};

/**
 * Decodes what stands between a BEGIN line and `stop`; undefined when it cannot be decoded, with the fault noted.
 * `complete` is false when the END line is missing: then only what is whole all the same is returned.
 */
export const readBlock = (
  bytes: Uint8Array,
  begin: Boundary,
  stop: number,
  complete: boolean,
  faults: PemFaults,
): PemBlock | undefined => {
  const body = bytes.slice(begin.stop, stop);
  if (blankEscapes(body) && !faults.has("file.escaped-newlines"))
    faults.add("file.escaped-newlines", begin.stop, "\\n");
  const { headers, from } = readHeaders(body);
  judgeLabel(begin, headers, faults);
  const encrypted = headers["Proc-Type"]?.includes("ENCRYPTED") === true;
  const offset = faults.offsetOf(begin.start);
  const line = faults.lineOf(begin.start);
  if (!complete) {
    const result = decodeBase64(body, from);
    const whole = result.ok && !encrypted && sequenceLength(result.bytes) === result.bytes.length;
    faults.add(
      "file.truncated",
      begin.start,
      `-----BEGIN ${begin.label}-----`,
      `the ${begin.label} block has no END line${whole ? ", but its content is whole" : ""}`,
    );
    return whole && result.ok
      ? {
          label: plainLabel.get(begin.label) ?? begin.label,
          headers,
          der: result.bytes,
          offset,
          line,
        }
      : undefined;
  }
  const decoded = decodeBody(body, from, begin.stop, begin.label, faults);
  if (decoded === undefined) return undefined;
  if (decoded.length === 0) {
    faults.add(
      "file.truncated",
      begin.start,
      `-----BEGIN ${begin.label}-----`,
      `the ${begin.label} block is empty`,
    );
    return undefined;
  }
  const label = plainLabel.get(begin.label) ?? begin.label;
  if (encrypted) return { label, headers, der: decoded, offset, line };
  return { headers, offset, line, ...judgeDer(label, decoded, begin, faults) };
};
