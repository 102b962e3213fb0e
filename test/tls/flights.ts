/** Server flights written by hand, octet by octet, for the reader's tests. */

type Part = number | Uint8Array | readonly number[];

/** Octets and runs of octets, one behind the other. */
export const bytes = (...parts: readonly Part[]): Uint8Array => {
  const all: number[] = [];
  for (const part of parts) {
    if (typeof part === "number") all.push(part);
    else for (const octet of part) all.push(octet);
  }
  return Uint8Array.from(all);
};

const length = (size: number, value: number): number[] =>
  Array.from({ length: size }, (_, i) => (value >> (8 * (size - 1 - i))) & 0xff);

export const vector = (size: 1 | 2 | 3, inside: Uint8Array): Uint8Array =>
  bytes(length(size, inside.length), inside);

export const message = (type: number, body: Uint8Array): Uint8Array => bytes(type, vector(3, body));

export const record = (type: number, body: Uint8Array): Uint8Array =>
  bytes(type, 3, 3, vector(2, body));

export const extension = (type: number, body: Uint8Array): Uint8Array =>
  bytes(length(2, type), vector(2, body));

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

export const serverHello = (
  options: {
    readonly cipher?: number;
    readonly extensions?: readonly Uint8Array[];
    readonly random?: Uint8Array;
  } = {},
): Uint8Array =>
  message(
    2,
    bytes(
      3,
      3,
      options.random ?? new Uint8Array(32).fill(7),
      vector(1, new Uint8Array(32)),
      length(2, options.cipher ?? 0xc02b),
      0,
      options.extensions === undefined ? [] : vector(2, bytes(...options.extensions)),
    ),
  );

export const alpn = (name: string): Uint8Array => extension(16, vector(2, vector(1, ascii(name))));

export const versionExtension = (version: number): Uint8Array =>
  extension(43, bytes(length(2, version)));

export const keyShare = (group: number): Uint8Array =>
  extension(51, bytes(length(2, group), vector(2, new Uint8Array(32))));

export const certificate12 = (...chain: readonly Uint8Array[]): Uint8Array =>
  message(11, vector(3, bytes(...chain.map((der) => vector(3, der)))));

export const certificate13 = (
  chain: readonly Uint8Array[],
  extensions: Uint8Array = bytes(),
): Uint8Array =>
  message(
    11,
    bytes(0, vector(3, bytes(...chain.map((der) => bytes(vector(3, der), vector(2, extensions)))))),
  );

export const certificateRequest12 = (...authorities: readonly Uint8Array[]): Uint8Array =>
  message(
    13,
    bytes(
      vector(1, bytes(1, 64)),
      vector(2, bytes(4, 3, 8, 4)),
      vector(2, bytes(...authorities.map((name) => vector(2, name)))),
    ),
  );

export const certificateRequest13 = (...authorities: readonly Uint8Array[]): Uint8Array =>
  message(
    13,
    bytes(
      0,
      vector(
        2,
        bytes(
          extension(13, vector(2, bytes(4, 3))),
          extension(47, vector(2, bytes(...authorities.map((name) => vector(2, name))))),
        ),
      ),
    ),
  );

export const encryptedExtensions = (...extensions: readonly Uint8Array[]): Uint8Array =>
  message(8, vector(2, bytes(...extensions)));

/** A named curve, its point, and a signature nobody looks at. */
export const keyExchange = (curve: number): Uint8Array =>
  message(12, bytes(3, length(2, curve), vector(1, new Uint8Array(65)), new Uint8Array(70)));

export const finished: Uint8Array = message(20, new Uint8Array(32));
export const ticket: Uint8Array = message(4, new Uint8Array(40));
export const helloDone: Uint8Array = message(14, bytes());
export const changeCipherSpec: Uint8Array = record(20, bytes(1));

/** A record of TLS 1.3 whose protection is none: content, type, padding. */
export const inner = (type: number, content: Uint8Array, padding = 0): Uint8Array =>
  record(23, bytes(content, type, new Uint8Array(padding)));

/** Puts a handshake stream into records that end at the given places. */
export const fragmented = (stream: Uint8Array, cuts: readonly number[]): Uint8Array => {
  const ends = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((a, b) => a - b);
  const parts: Uint8Array[] = [];
  let start = 0;
  for (const end of [...ends, stream.length]) {
    if (end > start) parts.push(record(22, stream.subarray(start, end)));
    start = Math.max(start, end);
  }
  return bytes(...parts);
};

/** What a TLS 1.2 server with client authentication sends before we answer. */
export const flight12 = (
  chain: readonly Uint8Array[],
  authorities: readonly Uint8Array[] = [],
): readonly Uint8Array[] => [
  serverHello({ extensions: [alpn("h2")] }),
  certificate12(...chain),
  keyExchange(29),
  certificateRequest12(...authorities),
  helloDone,
];
