import { asciiBytes, utf8Bytes } from "../bytes/utf8.ts";
import { failure } from "../errors/certwright-error.ts";
import { oidOctets } from "./object-identifier.ts";
import { extension, attribute, purpose } from "./oids.ts";
import { tag as tags } from "./tags.ts";

/** Encoded identifiers of what nearly every certificate names, made at the first writing; the rest is encoded each time. */
let encodedOids: ReadonlyMap<string, Uint8Array> | undefined;
const encodedOid = (text: string): Uint8Array | undefined => {
  encodedOids ??= new Map(
    [extension, attribute, purpose].flatMap((table) =>
      Object.values(table).map((oid): [string, Uint8Array] => [oid, oidOctets(oid)!]),
    ),
  );
  return encodedOids.get(text) ?? oidOctets(text);
};

/**
 * Buffers of writers that are done, for the next ones: making one costs as much as writing half a certificate into it,
 * and giving it back to the collector as much again. Writers are nested two or three deep.
 */
const spares: Uint8Array[] = [];
const spareSize = 4096;
const maxSpares = 4;
const none = new Uint8Array(0);

const takeSpare = (capacity: number): Uint8Array =>
  capacity > spareSize ? new Uint8Array(capacity) : (spares.pop() ?? new Uint8Array(spareSize));

/**
 * Writes DER from its end to its beginning, so that each length is known when it is written and nothing is copied
 * twice. Callers write the last field first; `close` puts the header before what was written since `mark`.
 */
export class DerWriter {
  private buffer: Uint8Array;
  /** Octets written so far, which stand at the end of the buffer. */
  private written = 0;

  constructor(capacity = 1024) {
    this.buffer = takeSpare(capacity);
  }

  /** Where the writer stands; for {@link close}. */
  get mark(): number {
    return this.written;
  }

  /** Makes room for `length` octets and returns where in the buffer they go. */
  private reserve(length: number): number {
    const needed = this.written + length;
    if (needed > this.buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
      larger.set(
        this.buffer.subarray(this.buffer.length - this.written),
        larger.length - this.written,
      );
      this.buffer = larger;
    }
    this.written = needed;
    return this.buffer.length - needed;
  }

  /** Octets as they are: an element encoded before, or contents that `close` will head. */
  raw(octets: Uint8Array): void {
    // First the room, which may replace the buffer.
    const at = this.reserve(octets.length);
    this.buffer.set(octets, at);
  }

  octet(value: number): void {
    const at = this.reserve(1);
    this.buffer[at] = value;
  }

  /** Puts the identifier octet and the length before everything written since `mark`. */
  close(tag: number, mark: number): void {
    const length = this.written - mark;
    if (length < 0x80) {
      const at = this.reserve(2);
      this.buffer[at] = tag;
      this.buffer[at + 1] = length;
      return;
    }
    let octets = 0;
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) {
      this.octet(rest & 0xff);
      octets += 1;
    }
    this.octet(0x80 | octets);
    this.octet(tag);
  }

  /** One element with these contents. */
  element(tag: number, contents: Uint8Array): void {
    const mark = this.written;
    this.raw(contents);
    this.close(tag, mark);
  }

  oid(text: string, field: string): void {
    const octets = encodedOid(text);
    if (octets === undefined)
      throw failure("x509.cannot-write", { field, value: text, why: "it is no object identifier" });
    this.element(tags.oid, octets);
  }

  /** TRUE; FALSE is always a default here, and defaults are not written. */
  true(): void {
    this.octet(0xff);
    this.octet(1);
    this.octet(tags.boolean);
  }

  /** INTEGER of a non-negative number below 2^53. */
  integer(value: number, tag: number = tags.integer): void {
    const mark = this.written;
    let rest = value;
    do {
      this.octet(rest % 256);
      rest = Math.floor(rest / 256);
    } while (rest > 0);
    if (this.buffer[this.buffer.length - this.written]! >= 0x80) this.octet(0);
    this.close(tag, mark);
  }

  /** INTEGER of a big-endian magnitude: leading zeros go, a sign octet comes where needed. */
  unsigned(magnitude: Uint8Array, tag: number = tags.integer): void {
    const mark = this.written;
    let from = 0;
    while (from < magnitude.length - 1 && magnitude[from] === 0) from += 1;
    if (magnitude.length === 0) this.octet(0);
    else this.raw(magnitude.subarray(from));
    if (magnitude.length > 0 && magnitude[from]! >= 0x80) this.octet(0);
    this.close(tag, mark);
  }

  octetString(contents: Uint8Array, tag: number = tags.octetString): void {
    this.element(tag, contents);
  }

  /** BIT STRING of whole octets. */
  bitString(contents: Uint8Array): void {
    const mark = this.written;
    this.raw(contents);
    this.octet(0);
    this.close(tags.bitString, mark);
  }

  /** ASCII text under a tag; throws x509.cannot-write for other characters. */
  ascii(text: string, tag: number, field: string): void {
    for (let i = 0; i < text.length; i++)
      if (text.charCodeAt(i) >= 0x80)
        throw failure("x509.cannot-write", {
          field,
          value: text,
          why: "only ASCII can stand there; write an internationalised name in its xn-- form",
        });
    this.element(tag, asciiBytes(text));
  }

  utf8(text: string, tag: number = tags.utf8String): void {
    this.element(tag, utf8Bytes(text));
  }

  /** What was written, in an array of its own; the writer is empty after it. */
  finish(): Uint8Array {
    const octets = this.buffer.slice(this.buffer.length - this.written);
    if (this.buffer.length === spareSize && spares.length < maxSpares) spares.push(this.buffer);
    this.buffer = none;
    this.written = 0;
    return octets;
  }
}
