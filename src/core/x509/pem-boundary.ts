import { latin1Of } from "../bytes/utf8.ts";

/** A BEGIN or END line, well-formed or nearly so. */
export interface Boundary {
  readonly kind: "BEGIN" | "END";
  readonly label: string;
  /** First hyphen. */
  readonly start: number;
  /** Behind the last hyphen. */
  readonly stop: number;
  /** As RFC 7468 section 3 has it. */
  readonly wellFormed: boolean;
}

const hyphen = 0x2d;

const startsWith = (bytes: Uint8Array, at: number, word: string): boolean => {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
};

const runLength = (bytes: Uint8Array, at: number, octet: number): number => {
  let i = at;
  while (bytes[i] === octet) i += 1;
  return i - at;
};

/** Longest label there is plus room: "X9.42 DH PARAMETERS", "SSH2 ENCRYPTED PRIVATE KEY". */
const maxLabel = 64;

/** What follows the opening hyphens, if that makes a boundary. */
const boundaryBehind = (
  bytes: Uint8Array,
  start: number,
  hyphens: number,
): Boundary | undefined => {
  const spaces = Math.min(2, runLength(bytes, start + hyphens, 0x20));
  const word = start + hyphens + spaces;
  const kind = startsWith(bytes, word, "BEGIN")
    ? "BEGIN"
    : startsWith(bytes, word, "END")
      ? "END"
      : undefined;
  if (kind === undefined) return undefined;
  let at = word + kind.length;
  const spaced = bytes[at] === 0x20;
  const from = at;
  while (at < bytes.length && at - from <= maxLabel) {
    const c = bytes[at]!;
    if (c === hyphen && bytes[at + 1] === hyphen) break;
    // A label ends at the line's end, also at an escaped one.
    if (c < 0x20 || c > 0x7e || c === 0x5c) break;
    at += 1;
  }
  const label = latin1Of(bytes, from, at).trim().replace(/-$/, "");
  const closing = runLength(bytes, at, hyphen);
  // "BEGIN" in prose behind two hyphens is no boundary; a lost closing or a wrong number of hyphens still is.
  if (closing === 0 && hyphens !== 5) return undefined;
  // Ten hyphens belong half to the next boundary.
  const joined = closing >= 7 && boundaryWord(bytes, at + closing);
  const own = joined ? Math.min(5, Math.ceil(closing / 2)) : closing;
  return {
    kind,
    label,
    start,
    stop: at + own,
    wellFormed:
      hyphens === 5 &&
      spaces === 0 &&
      spaced &&
      own === 5 &&
      latin1Of(bytes, from, at) === ` ${label}`,
  };
};

const boundaryWord = (bytes: Uint8Array, at: number): boolean =>
  startsWith(bytes, at, "BEGIN ") || startsWith(bytes, at, "END ");

/** The next boundary at or behind `from`; undefined when there is none. Linear in the distance. */
export const nextBoundary = (bytes: Uint8Array, from: number): Boundary | undefined => {
  for (let i = bytes.indexOf(hyphen, from); i >= 0;) {
    const hyphens = runLength(bytes, i, hyphen);
    if (hyphens >= 2) {
      // More than five before the word: hyphens of something else (a ruler, a joined END) stand before ours.
      const start = hyphens > 5 ? i + hyphens - 5 : i;
      const boundary = boundaryBehind(bytes, start, Math.min(hyphens, 5));
      if (boundary !== undefined) return boundary;
    }
    i = bytes.indexOf(hyphen, i + hyphens);
  }
  return undefined;
};
