/**
 * What a TLS server says of itself before any application data, read from the bytes it sent:
 * RFC 5246 (TLS 1.2) section 7.4 and RFC 8446 (TLS 1.3) section 4. Node shows neither the chain
 * as sent nor the authorities that a server accepts, so the bytes are read here.
 */
export interface ServerFlight {
  readonly version: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";
  /** DER, in the order sent: the server's own certificate first. */
  readonly chain: readonly Uint8Array[];
  readonly certificateRequested: boolean;
  /** DER of the distinguished names in the server's CertificateRequest; empty when it names none. */
  readonly acceptableAuthorities: readonly Uint8Array[];
}

export interface Alert {
  readonly level: "warning" | "fatal";
  /** RFC 8446 section 6, for example 40 handshake_failure. */
  readonly description: number;
}

export interface TlsRecord {
  /** 20 change_cipher_spec, 21 alert, 22 handshake, 23 application_data. */
  readonly type: number;
  /** The five header bytes, which TLS 1.3 authenticates. */
  readonly header: Uint8Array;
  readonly fragment: Uint8Array;
}

/** Decrypts the server's nth protected record of TLS 1.3 with its handshake secret; undefined when it cannot. */
export type OpenRecord = (
  cipherSuite: number,
  sequence: number,
  record: TlsRecord,
) => Uint8Array | undefined;

/** The whole records at the start of `bytes`; what comes after the last whole one is left out. */
export const readRecords = (bytes: Uint8Array): TlsRecord[] => {
  const records: TlsRecord[] = [];
  let at = 0;
  while (at + 5 <= bytes.length) {
    const type = bytes[at]!;
    const length = bytes[at + 3]! * 256 + bytes[at + 4]!;
    if (type < 20 || type > 24 || bytes[at + 1] !== 3 || at + 5 + length > bytes.length) break;
    records.push({
      type,
      header: bytes.subarray(at, at + 5),
      fragment: bytes.subarray(at + 5, at + 5 + length),
    });
    at += 5 + length;
  }
  return records;
};

/** The first alert that was sent in the clear. */
export const firstAlert = (bytes: Uint8Array): Alert | undefined => {
  for (const record of readRecords(bytes)) {
    // After this all records of TLS 1.2 are encrypted, alerts as well.
    if (record.type === 20) return undefined;
    if (record.type === 21 && record.fragment.length === 2) {
      return {
        level: record.fragment[0] === 1 ? "warning" : "fatal",
        description: record.fragment[1]!,
      };
    }
  }
  return undefined;
};

/** Reads what the server sent up to its certificate and certificate request; undefined when it did not get that far. */
export const readServerFlight = (bytes: Uint8Array, open: OpenRecord): ServerFlight | undefined => {
  const records = readRecords(bytes);
  const clear = readMessages(join(records.filter((r) => r.type === 22).map((r) => r.fragment)));
  const hello = readServerHello(clear);
  if (hello === undefined) return undefined;
  const modern = hello.version === "TLSv1.3";
  const messages = modern ? openMessages(records, hello.cipherSuite, open) : clear;
  // What follows server_hello_done is the encrypted Finished of TLS 1.2.
  const done = messages.findIndex((message) => message.type === 14);
  const flight = done === -1 ? messages : messages.slice(0, done);
  const certificate = flight.find((message) => message.type === 11);
  if (certificate === undefined) return undefined;
  const request = flight.find((message) => message.type === 13);
  return {
    version: hello.version,
    chain: readChain(certificate.body, modern),
    certificateRequested: request !== undefined,
    acceptableAuthorities:
      request === undefined ? [] : readAuthorities(request.body, hello.version),
  };
};

const openMessages = (
  records: readonly TlsRecord[],
  cipherSuite: number,
  open: OpenRecord,
): Message[] => {
  const contents: Uint8Array[] = [];
  for (const [sequence, record] of records.filter((r) => r.type === 23).entries()) {
    const plain = open(cipherSuite, sequence, record);
    if (plain === undefined) break;
    const content = innerHandshake(plain);
    if (content !== undefined) contents.push(content);
  }
  return readMessages(join(contents));
};

interface ServerHello {
  readonly version: ServerFlight["version"];
  readonly cipherSuite: number;
}

interface Message {
  readonly type: number;
  readonly body: Uint8Array;
}

const readMessages = (bytes: Uint8Array): Message[] => {
  const messages: Message[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const end = at + 4 + number(bytes, at + 1, 3);
    if (end > bytes.length) break;
    messages.push({ type: bytes[at]!, body: bytes.subarray(at + 4, end) });
    at = end;
  }
  return messages;
};

const readServerHello = (messages: readonly Message[]): ServerHello | undefined => {
  const hellos = messages.filter((message) => message.type === 2 && message.body.length >= 38);
  // A HelloRetryRequest is a ServerHello with this random; the true one follows it (RFC 8446 section 4.1.3).
  const retried = hellos[0] !== undefined && number(hellos[0].body, 2, 4) === 0xcf21ad74;
  const body = hellos[retried ? 1 : 0]?.body;
  if (body === undefined) return undefined;
  const suiteAt = 35 + body[34]!;
  let version = versions.get(number(body, 0, 2));
  for (const extension of readExtensions(body.subarray(suiteAt + 3))) {
    // supported_versions
    if (extension.type === 43) version = versions.get(number(extension.data, 0, 2));
  }
  return version === undefined ? undefined : { version, cipherSuite: number(body, suiteAt, 2) };
};

const versions: ReadonlyMap<number, ServerFlight["version"]> = new Map([
  [0x0301, "TLSv1"],
  [0x0302, "TLSv1.1"],
  [0x0303, "TLSv1.2"],
  [0x0304, "TLSv1.3"],
]);

// TLSInnerPlaintext: content, then its type, then zeros (RFC 8446 section 5.2).
const innerHandshake = (plain: Uint8Array): Uint8Array | undefined => {
  let end = plain.length;
  while (end > 0 && plain[end - 1] === 0) end--;
  return end > 0 && plain[end - 1] === 22 ? plain.subarray(0, end - 1) : undefined;
};

const readChain = (body: Uint8Array, modern: boolean): Uint8Array[] => {
  const chain: Uint8Array[] = [];
  // TLS 1.3 puts a request context before the list, and extensions after each entry.
  let at = (modern ? 1 + (body[0] ?? 0) : 0) + 3;
  while (at + 3 <= body.length) {
    const end = at + 3 + number(body, at, 3);
    if (end > body.length) break;
    chain.push(body.slice(at + 3, end));
    at = modern ? end + 2 + number(body, end, 2) : end;
  }
  return chain;
};

const readAuthorities = (body: Uint8Array, version: ServerFlight["version"]): Uint8Array[] => {
  if (version === "TLSv1.3") {
    const extensions = readExtensions(body.subarray(1 + (body[0] ?? 0)));
    const authorities = extensions.find((extension) => extension.type === 47);
    return authorities === undefined ? [] : readNames(authorities.data);
  }
  let at = 1 + (body[0] ?? 0);
  if (version === "TLSv1.2") at += 2 + number(body, at, 2);
  return readNames(body.subarray(at));
};

const readNames = (list: Uint8Array): Uint8Array[] => {
  const names: Uint8Array[] = [];
  let at = 2;
  while (at + 2 <= list.length) {
    const end = at + 2 + number(list, at, 2);
    if (end > list.length) break;
    names.push(list.slice(at + 2, end));
    at = end;
  }
  return names;
};

const readExtensions = (block: Uint8Array): { type: number; data: Uint8Array }[] => {
  const extensions: { type: number; data: Uint8Array }[] = [];
  let at = 2;
  while (at + 4 <= block.length) {
    const end = at + 4 + number(block, at + 2, 2);
    if (end > block.length) break;
    extensions.push({ type: number(block, at, 2), data: block.subarray(at + 4, end) });
    at = end;
  }
  return extensions;
};

/** Big-endian; bytes beyond the end count as zero, so a cut message ends a loop instead of failing. */
const number = (bytes: Uint8Array, at: number, size: number): number => {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
};

const join = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
