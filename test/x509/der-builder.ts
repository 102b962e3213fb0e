import { bytesOfHex } from "../../src/core/bytes/hex.ts";
import { testKey } from "./material.ts";

/** Octets as hexadecimal text (blanks allowed), numbers or bytes. */
export type Part = string | readonly number[] | Uint8Array;

const octets = (part: Part): readonly number[] => {
  if (typeof part !== "string") return [...part];
  const bytes = bytesOfHex(part.replaceAll(" ", ""));
  if (bytes === undefined) throw new Error(`not hexadecimal: ${part}`);
  return [...bytes];
};

/** DER put together by hand, so that a test can put it together wrongly. */
export const element = (tag: number, ...parts: readonly Part[]): Uint8Array => {
  const contents = parts.flatMap(octets);
  const { length } = contents;
  const header =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Uint8Array.from([tag, ...header, ...contents]);
};

export const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

const ecdsaSha256 = "300a06082a8648ce3d040302";
const commonName = (text: string): Uint8Array =>
  element(0x30, element(0x31, element(0x30, "0603550403", element(0x0c, ascii(text)))));

/** The fields of a certificate in their order; one that is replaced may be anything. */
const fields = {
  version: "a003020102" as Part,
  serial: "02010a" as Part,
  algorithm: ecdsaSha256 as Part,
  issuer: commonName("ca") as Part,
  validity: element(
    0x30,
    element(0x17, ascii("260101000000Z")),
    element(0x17, ascii("270101000000Z")),
  ) as Part,
  subject: commonName("leaf") as Part,
  spki: testKey("P-256").spki as Part,
  rest: "" as Part,
  outerAlgorithm: ecdsaSha256 as Part,
  signature: "0303000102" as Part,
  behind: "" as Part,
};

/** A certificate with some fields replaced; its signature is no signature. */
export const certificateWith = (replaced: Partial<typeof fields> = {}): Uint8Array => {
  const f = { ...fields, ...replaced };
  const tbs = element(
    0x30,
    f.version,
    f.serial,
    f.algorithm,
    f.issuer,
    f.validity,
    f.subject,
    f.spki,
    f.rest,
  );
  return Uint8Array.from([
    ...element(0x30, tbs, f.outerAlgorithm, f.signature),
    ...octets(f.behind),
  ]);
};

/** [3] with these extensions. */
export const extensionsOf = (...extensions: readonly Part[]): Uint8Array =>
  element(0xa3, element(0x30, ...extensions));

/** One extension: identifier's content octets, criticality as written, value. */
export const extensionOf = (oid: string, value: Part, critical: Part = ""): Uint8Array =>
  element(0x30, element(0x06, oid), critical, element(0x04, value));

/** A certificate with one extension of 2.5.29. */
export const withExtension = (arc: number, value: Part, critical: Part = ""): Uint8Array =>
  certificateWith({
    rest: extensionsOf(extensionOf(`551d${arc.toString(16).padStart(2, "0")}`, value, critical)),
  });

/** Validity with these two times: tag and text each. */
export const validityOf = (
  before: readonly [number, string],
  after: readonly [number, string],
): Uint8Array =>
  element(0x30, element(before[0], ascii(before[1])), element(after[0], ascii(after[1])));

/** A name with one attribute, its value encoded as given. */
export const nameOf = (value: Part): Uint8Array =>
  element(0x30, element(0x31, element(0x30, "0603550403", value)));
