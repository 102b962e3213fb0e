import { decodeBase64, encodeBase64, base64Class } from "../bytes/base64.ts";
import { failure } from "../errors/certwright-error.ts";
import { maxPemBytes } from "./budgets.ts";
import { kindOfDer, sequenceLength } from "./der-kind.ts";
import { blocksOfPkcs7, readBinary } from "./pem-binary.ts";
import { readBlock, type PemBlock } from "./pem-block.ts";
import { nextBoundary, type Boundary } from "./pem-boundary.ts";
import { PemFaults, type PemFault } from "./pem-faults.ts";

export type { PemBlock } from "./pem-block.ts";
export type { PemFault, PemFaultId } from "./pem-faults.ts";

/** What the file is for; "any" judges its form only. */
export type PemExpectation = "any" | "certificate" | "private-key";

export interface PemReading {
  readonly blocks: readonly PemBlock[];
  readonly faults: readonly PemFault[];
}

/** One PEM block (RFC 7468 section 3): lines of 64 characters, LF at the end of each. */
export const writePem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${encodeBase64(der, 64)}\n-----END ${label}-----\n`;

/** The octets as ASCII text: UTF-16 halved, a mark at the start cut off, both noted. */
const normalise = (bytes: Uint8Array): { text: Uint8Array; faults: PemFaults } => {
  const [a, b, c] = bytes;
  const marked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  // "-" and a zero: UTF-16 without its mark.
  const bare = (a === 0x2d && b === 0) || (a === 0 && b === 0x2d);
  if (marked || bare) {
    const from = marked ? 2 : 0;
    const low = a === 0xff || (bare && a === 0x2d) ? 0 : 1;
    const text = new Uint8Array((bytes.length - from) >> 1);
    for (let i = 0; i < text.length; i++) {
      const high = bytes[from + 2 * i + 1 - low]!;
      text[i] = high === 0 ? bytes[from + 2 * i + low]! : 0x3f;
    }
    const faults = new PemFaults(text, 2, from);
    faults.add("file.utf16", 0, low === 0 ? "2d 00 …" : "00 2d …");
    return { text, faults };
  }
  if (a === 0xef && b === 0xbb && c === 0xbf) {
    const text = bytes.subarray(3);
    const faults = new PemFaults(text, 1, 3);
    faults.add("file.bom", 0, "ef bb bf");
    return { text, faults };
  }
  return { text: bytes, faults: new PemFaults(bytes) };
};

const isSpace = (octet: number | undefined): boolean =>
  octet === 0x20 || (octet !== undefined && octet >= 0x09 && octet <= 0x0d);

/** Whether a line before `at` holds only blanks, some; a byte order mark there is noted (files joined by cat). */
const judgeLineStart = (
  text: Uint8Array,
  boundary: Boundary,
  from: number,
  faults: PemFaults,
): void => {
  let i = boundary.start;
  while (i > from && (text[i - 1] === 0x20 || text[i - 1] === 0x09)) i -= 1;
  const lineStart = i === 0 || text[i - 1] === 0x0a || text[i - 1] === 0x0d;
  if (i < boundary.start && lineStart && !faults.has("file.indented"))
    faults.add("file.indented", i, faults.evidenceAt(i, boundary.stop), boundary.kind);
  if (i - from >= 3 && text[i - 1] === 0xbf && text[i - 2] === 0xbb && text[i - 3] === 0xef)
    faults.add("file.bom", i - 3, "ef bb bf");
};

/** Notes text outside of the blocks, once. */
const judgeOutside = (text: Uint8Array, from: number, to: number, faults: PemFaults): void => {
  if (faults.has("file.text-around")) return;
  for (let i = from; i < to; i++)
    if (!isSpace(text[i])) {
      // A lone mark is already a fault of its own.
      if (text[i] === 0xef && text[i + 1] === 0xbb && text[i + 2] === 0xbf) i += 2;
      else if (text[i] !== 0x5c || text[i + 1] !== 0x6e) {
        faults.add("file.text-around", i, faults.evidenceAt(i, to));
        return;
      } else i += 1;
    }
};

const judgeLineEnds = (text: Uint8Array, faults: PemFaults): void => {
  const cr = text.indexOf(0x0d);
  if (cr < 0) return;
  if (text[cr + 1] === 0x0a) faults.add("file.crlf", cr, "\\r\\n");
  else if (!text.includes(0x0a)) faults.add("file.cr-line-ends", cr, "\\r");
};

/** Notes a boundary that is not as RFC 7468 has it, and one that is glued to the one before. */
const judgeBoundary = (
  text: Uint8Array,
  boundary: Boundary,
  from: number,
  faults: PemFaults,
): void => {
  const line = faults.evidenceAt(boundary.start, boundary.stop);
  if (!boundary.wellFormed && !boundary.label.startsWith("SSH2 "))
    faults.add("file.bad-boundary", boundary.start, line, line);
  judgeLineStart(text, boundary, from, faults);
  // Go and OpenSSL take a boundary only as a line of its own (encoding/pem Decode; RFC 7468 section 3).
  let after = boundary.stop;
  while (text[after] === 0x20 || text[after] === 0x09) after += 1;
  if (boundary.kind === "BEGIN" && isBase64(text[after]) && !faults.has("file.one-line"))
    faults.add("file.one-line", boundary.start, line, boundary.kind);
};

const isBase64 = (octet: number | undefined): boolean =>
  octet !== undefined && base64Class[octet]! < 64;

const readArmored = (text: Uint8Array, first: Boundary, faults: PemFaults): PemBlock[] => {
  const blocks: PemBlock[] = [];
  let from = 0;
  let boundary: Boundary | undefined = first;
  let afterEnd = false;
  while (boundary !== undefined) {
    judgeBoundary(text, boundary, from, faults);
    if (boundary.start === from && afterEnd)
      faults.add("file.joined-blocks", from, faults.evidenceAt(from, boundary.stop));
    // What stands before a lone END is the rest of its block, perhaps of a key: nothing of it is shown.
    if (boundary.kind === "BEGIN") judgeOutside(text, from, boundary.start, faults);
    if (boundary.kind === "END") {
      faults.add(
        "file.truncated",
        boundary.start,
        faults.evidenceAt(boundary.start, boundary.stop),
        `the ${boundary.label} block has no BEGIN line: the file's beginning is missing`,
      );
      from = boundary.stop;
      afterEnd = true;
      boundary = nextBoundary(text, from);
      continue;
    }
    const end = nextBoundary(text, boundary.stop);
    const complete = end?.kind === "END";
    if (complete) {
      judgeBoundary(text, end, boundary.stop, faults);
      if (end.label !== boundary.label && end.wellFormed)
        faults.add(
          "file.label-mismatch",
          end.start,
          faults.evidenceAt(end.start, end.stop),
          `the block begins as ${boundary.label} and ends as ${end.label}`,
        );
    }
    const block = readBlock(text, boundary, end?.start ?? text.length, complete, faults);
    if (block !== undefined) blocks.push(block);
    from = complete ? end.stop : (end?.start ?? text.length);
    afterEnd = complete;
    // An END without its BEGIN was handled above; a BEGIN here begins the next block.
    boundary = complete ? nextBoundary(text, from) : end;
  }
  judgeOutside(text, from, text.length, faults);
  return blocks;
};

/** Replaces each PKCS#7 block by the certificates in it. */
const openPkcs7 = (blocks: readonly PemBlock[], faults: PemFaults): PemBlock[] =>
  blocks.flatMap((block) => {
    if (block.label !== "PKCS7") return [block];
    faults.add("file.pkcs7", 0, "-----BEGIN PKCS7-----");
    return blocksOfPkcs7(block.der, block, faults);
  });

/** A text that is base64 and nothing else: PEM encoded once more, or a structure without its lines. */
const readBareBase64 = (
  text: Uint8Array,
  faults: PemFaults,
  depth: number,
): PemBlock[] | undefined => {
  let i = 0;
  while (isSpace(text[i])) i += 1;
  const start = i;
  for (let k = i; k < Math.min(text.length, i + 64); k++)
    if (base64Class[text[k]!]! > 65) return undefined;
  const result = decodeBase64(text, start);
  if (!result.ok) return undefined;
  // "LS0tLS1CRUdJTi" is a boundary, not yet anything secret.
  const evidence = faults.evidenceAt(start, start + 14);
  if (depth < 2 && nextBoundary(result.bytes, 0) !== undefined) {
    faults.add("file.double-base64", start, evidence);
    // Offsets inside of what was decoded are of no use in the file; they are those of the decoded text.
    const inner = readText(result.bytes, depth + 1);
    faults.list.push(...inner.faults);
    return [...inner.blocks];
  }
  const kind = kindOfDer(result.bytes);
  if (kind === undefined || sequenceLength(result.bytes) !== result.bytes.length) return undefined;
  faults.add("file.unarmored", start, evidence.slice(0, 4), kind);
  const offset = faults.offsetOf(start);
  const line = faults.lineOf(start);
  return readBinary(result.bytes, new PemFaults(result.bytes))?.map(
    ({ label, headers, der }): PemBlock => ({ label, headers, der, offset, line }),
  );
};

const isSshPublic = (text: Uint8Array): boolean => {
  const head = String.fromCharCode(...text.subarray(0, 24));
  return /^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3}|sk-\S+) AAAA/.test(head);
};

const readText = (bytes: Uint8Array, depth: number): PemReading => {
  const { text, faults } = normalise(bytes);
  if (text.every(isSpace)) {
    faults.add("file.empty", 0, "");
    return { blocks: [], faults: faults.list };
  }
  const binary = readBinary(text, faults);
  if (binary !== undefined) return { blocks: binary, faults: faults.list };
  const first = nextBoundary(text, 0);
  if (first !== undefined) {
    judgeLineEnds(text, faults);
    const blocks = openPkcs7(readArmored(text, first, faults), faults);
    return { blocks, faults: faults.list };
  }
  if (isSshPublic(text)) {
    faults.add("file.openssh-key", 0, faults.evidenceAt(0).slice(0, 20));
    return { blocks: [], faults: faults.list };
  }
  const bare = readBareBase64(text, faults, depth);
  if (bare === undefined) faults.add("file.not-pem", 0, faults.evidenceAt(0));
  return { blocks: bare ?? [], faults: faults.list };
};

/** Notes what the file is instead of what it should be. */
const judgeContent = (reading: PemReading, expect: PemExpectation): PemFault[] => {
  const faults = new PemFaults(new Uint8Array(0));
  const add = (
    id: "file.csr" | "file.public-key" | "file.swapped" | "file.pem-order",
    block: PemBlock,
    detail = "",
  ): void => {
    faults.add(id, 0, `-----BEGIN ${block.label}-----`, detail);
    const last = faults.list.pop();
    if (last !== undefined) faults.list.push({ ...last, offset: block.offset, line: block.line });
  };
  const { blocks } = reading;
  const key = blocks.find((block) => block.label.endsWith("PRIVATE KEY"));
  const certificate = blocks.find((block) => block.label === "CERTIFICATE");
  if (key !== undefined && certificate !== undefined && key.offset < certificate.offset)
    add("file.pem-order", key);
  if (expect === "any") return faults.list;
  const wanted = expect === "certificate" ? certificate : key;
  if (wanted !== undefined) return faults.list;
  const request = blocks.find((block) => block.label === "CERTIFICATE REQUEST");
  const publicKey = blocks.find((block) => block.label.endsWith("PUBLIC KEY"));
  const other = expect === "certificate" ? key : certificate;
  if (other !== undefined)
    add("file.swapped", other, expect === "certificate" ? "private key" : "certificate");
  else if (request !== undefined) add("file.csr", request);
  else if (publicKey !== undefined)
    add("file.public-key", publicKey, expect === "certificate" ? "certificate" : "private key");
  return faults.list;
};

/**
 * Reads whatever an operator's file holds: PEM with all its deformities, DER, PKCS#7; each deformity is named with
 * its place and its cure, and what can be had all the same is returned.
 * Time is linear in the size. Throws x509.too-big only.
 */
export const readPem = (bytes: Uint8Array, expect: PemExpectation = "any"): PemReading => {
  if (bytes.length > maxPemBytes)
    throw failure("x509.too-big", { what: "the PEM text", size: bytes.length, limit: maxPemBytes });
  const reading = readText(bytes, 0);
  return { blocks: reading.blocks, faults: [...reading.faults, ...judgeContent(reading, expect)] };
};
