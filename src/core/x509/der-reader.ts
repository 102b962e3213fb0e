import { viewOf } from "../bytes/compare.ts";
import { maxDepth } from "./budgets.ts";
import { oidFault, oidText } from "./object-identifier.ts";
import type { Findings } from "./reading.ts";
import { tag as tags, tagName } from "./tags.ts";

/**
 * A cursor over DER (X.690). `next` reads one header and stands behind that element;
 * `enter` steps into it and `leave` makes sure that all of it was read.
 * It allocates nothing per element: the last header is in `tag`, `start` and `stop`.
 */
export class DerReader {
  readonly bytes: Uint8Array;
  readonly findings: Findings;
  /** Added to positions in messages, for a value that was cut out of a larger object. */
  readonly base: number;
  position: number;
  end: number;
  /** Identifier octet of the last element. */
  tag = 0;
  /** Where the last element's header begins. */
  head = 0;
  /** Where its contents begin. */
  start = 0;
  /** Where it ends. */
  stop = 0;

  constructor(
    bytes: Uint8Array,
    findings: Findings,
    start = 0,
    end: number = bytes.length,
    base = 0,
  ) {
    this.bytes = bytes;
    this.findings = findings;
    this.position = start;
    this.end = end;
    this.base = base;
  }

  get more(): boolean {
    return this.position < this.end;
  }

  /** Whether the next element has this identifier octet. */
  at(tag: number): boolean {
    return this.position < this.end && this.bytes[this.position] === tag;
  }

  fatal(why: string, at: number = this.position): never {
    return this.findings.fatal(why, at + this.base);
  }

  flaw(code: string, message: string, at: number): void {
    this.findings.flaw(code, message, at + this.base);
  }

  /** Reads the next element's header and moves behind the element. */
  next(field: string): void {
    const head = this.position;
    const tag = this.bytes[head]!;
    const length = this.bytes[head + 1]!;
    // The usual header, two octets, by a path short enough to be inlined; behind the end both are undefined.
    if (length < 0x80 && (tag & 0x1f) !== 0x1f && head + 2 + length <= this.end) {
      this.tag = tag;
      this.head = head;
      this.start = head + 2;
      this.stop = head + 2 + length;
      this.position = this.stop;
    } else this.nextLong(field);
  }

  /** Any other header, right or wrong. */
  private nextLong(field: string): void {
    const { bytes, end, position: head } = this;
    if (end - head < 2)
      this.fatal(head === end ? `${field} is missing` : `${field} is cut off in its header`, head);
    const tag = bytes[head]!;
    if ((tag & 0x1f) === 0x1f) this.fatal(`${field} has a tag number above 30`, head);
    const octets = bytes[head + 1]! < 0x80 ? 0 : bytes[head + 1]! & 0x7f;
    let length = octets === 0 ? bytes[head + 1]! : 0;
    if (length === 0x80)
      this.fatal(`${field} has an indefinite length, which DER forbids (X.690 section 10.1)`, head);
    // Five octets would be beyond 4 GiB, and beyond every budget here.
    if (octets > 4) this.fatal(`${field} has a length of ${octets} octets`, head);
    let at = head + 2;
    if (at + octets > end) this.fatal(`${field} is cut off in its length`, head);
    for (const stop = at + octets; at < stop; at++) length = length * 256 + bytes[at]!;
    if (octets > 0 && (length < 0x80 || bytes[head + 2] === 0))
      this.flaw(
        "der.length-not-minimal",
        `the length of ${field} is not in its shortest form (X.690 section 10.1)`,
        head + 1,
      );
    const stop = at + length;
    if (stop > end)
      this.fatal(`${field} has a length of ${length} bytes, but ${end - at} are left`, head);
    this.tag = tag;
    this.head = head;
    this.start = at;
    this.stop = stop;
    this.position = stop;
  }

  /** Reads the next element, which must have this identifier octet. */
  expect(tag: number, field: string): void {
    this.next(field);
    if (this.tag !== tag) this.wrongTag(tag, field);
  }

  private wrongTag(tag: number, field: string): never {
    this.fatal(`${field} should be ${tagName(tag)}, not ${tagName(this.tag)}`, this.head);
  }

  /** Steps into the last element; returns what {@link leave} needs. */
  enter(): number {
    const outer = this.end;
    this.position = this.start;
    this.end = this.stop;
    return outer;
  }

  /** Steps out again; bytes that were not read are a flaw, and are passed over. */
  leave(outer: number, field: string): void {
    if (this.position !== this.end) this.passOver(field);
    this.end = outer;
  }

  private passOver(field: string): void {
    this.flaw(
      "der.trailing-data",
      `${field} has ${this.end - this.position} bytes behind its last element`,
      this.position,
    );
    this.position = this.end;
  }

  /** Reads the header of a SEQUENCE (or another constructed tag) and steps into it. */
  open(field: string, tag: number = tags.sequence): number {
    this.expect(tag, field);
    return this.enter();
  }

  /** Dotted text of the next element, an OBJECT IDENTIFIER. */
  oid(field: string): string {
    this.expect(tags.oid, field);
    return this.lastOid(field);
  }

  /** Dotted text of the last element's contents. */
  lastOid(field: string): string {
    const text = oidText(this.bytes, this.start, this.stop);
    if (text === undefined)
      this.fatal(`${field}: ${oidFault(this.bytes, this.start, this.stop)}`, this.head);
    return text;
  }

  /** Reads an INTEGER and checks its form; the contents are at `start` to `stop`. */
  integer(field: string): void {
    this.expect(tags.integer, field);
    this.checkInteger(field);
  }

  /** Checks that the last element's contents are an INTEGER in its shortest form (X.690 section 8.3.2). */
  checkInteger(field: string): void {
    const { bytes, start, stop } = this;
    if (start === stop) this.fatal(`${field} has no octets`, this.head);
    if (stop - start > 1) {
      const first = bytes[start]!;
      const sign = bytes[start + 1]! & 0x80;
      if ((first === 0 && sign === 0) || (first === 0xff && sign !== 0))
        this.flaw(
          "der.integer-not-minimal",
          `${field} is not in its shortest form (X.690 section 8.3.2)`,
          this.head,
        );
    }
  }

  /** The last element's contents as a number from 0 to 2^31-1. */
  smallInteger(field: string): number {
    this.checkInteger(field);
    const { bytes, start, stop } = this;
    if (bytes[start]! >= 0x80) this.fatal(`${field} is negative`, this.head);
    let value = 0;
    for (let i = start; i < stop; i++) {
      value = value * 256 + bytes[i]!;
      if (value > 0x7fff_ffff) this.fatal(`${field} is above 2147483647`, this.head);
    }
    return value;
  }

  /** The last element's contents as a BOOLEAN (X.690 section 11.1). */
  lastBoolean(field: string): boolean {
    if (this.stop - this.start !== 1) this.fatal(`${field} should be one octet`, this.head);
    const octet = this.bytes[this.start]!;
    if (octet !== 0 && octet !== 0xff)
      this.flaw("der.boolean", `${field} is neither 00 nor FF (X.690 section 11.1)`, this.start);
    return octet !== 0;
  }

  /**
   * Checks the last element's contents as a BIT STRING (X.690 sections 8.6 and 11.2) and returns the number of
   * unused bits. The bits begin at `start + 1`.
   */
  lastBitString(field: string): number {
    const { bytes, start, stop } = this;
    if (start === stop) this.fatal(`${field} has no octets`, this.head);
    const unused = bytes[start]!;
    if (unused > 7 || (unused > 0 && stop - start === 1))
      this.fatal(`${field} claims ${unused} unused bits`, start);
    if (unused > 0 && (bytes[stop - 1]! & ((1 << unused) - 1)) !== 0)
      this.flaw(
        "der.bit-string-padding",
        `unused bits of ${field} are not zero (X.690 section 11.2.1)`,
        stop - 1,
      );
    return unused;
  }

  /** A BIT STRING of whole octets (keys, signatures): view of the octets. */
  octetBits(field: string): Uint8Array {
    this.expect(tags.bitString, field);
    if (this.lastBitString(field) !== 0)
      this.flaw("der.bit-string-partial", `${field} is not a whole number of octets`, this.start);
    return viewOf(this.bytes, this.start + 1, this.stop);
  }

  /** View of the last element's contents. */
  contents(): Uint8Array {
    return viewOf(this.bytes, this.start, this.stop);
  }

  /** View of the last element, header included. */
  element(): Uint8Array {
    return viewOf(this.bytes, this.head, this.stop);
  }

  /** Checks, without a schema, that the last element is DER all the way down; the cursor stays. */
  checkNested(field: string, depth = 1): void {
    if ((this.tag & 0x20) === 0) return;
    if (depth > maxDepth) this.fatal(`${field} is nested deeper than ${maxDepth}`, this.head);
    const { tag, head, start, stop, position } = this;
    const outer = this.enter();
    while (this.more) {
      this.next(field);
      this.checkNested(field, depth + 1);
    }
    this.end = outer;
    this.tag = tag;
    this.head = head;
    this.start = start;
    this.stop = stop;
    this.position = position;
  }
}
