import { viewOf } from "../bytes/compare.ts";

/** The first place where bytes were not what their grammar says. */
export interface Malformed {
  /** Octets from the beginning of what was read. */
  readonly offset: number;
  readonly why: string;
}

/**
 * Reads the presentation language of RFC 8446 section 3 off a range of bytes.
 * The first reading that does not fit is kept in `fault` and every later one gives zeros, so that a
 * parser is written straight through and asks once at its end. It never throws.
 */
export class Octets {
  readonly bytes: Uint8Array;
  at: number;
  end: number;
  readonly #shared: { fault: Malformed | undefined };

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length, parent?: Octets) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.#shared = parent === undefined ? { fault: undefined } : parent.#shared;
  }

  get fault(): Malformed | undefined {
    return this.#shared.fault;
  }

  get left(): number {
    return this.end - this.at;
  }

  /** Whether there is more to read; false as well after a fault, so that loops end. */
  get more(): boolean {
    return this.fault === undefined && this.at < this.end;
  }

  fail(why: string, offset: number = this.at): void {
    this.#shared.fault ??= { offset, why };
  }

  /** An unsigned number of `size` octets (1 to 3). */
  number(size: 1 | 2 | 3, what: string): number {
    if (this.fault !== undefined || this.left < size) {
      this.fail(`${what} is cut off`);
      return 0;
    }
    let value = 0;
    for (let i = 0; i < size; i++) value = (value << 8) | this.bytes[this.at++]!;
    return value;
  }

  /** A copy, so that what is kept does not hold on to the whole flight. */
  take(length: number, what: string): Uint8Array {
    if (this.fault !== undefined || this.left < length) {
      this.fail(`${what} wants ${length} octets, ${Math.max(this.left, 0)} are left`);
      return new Uint8Array(0);
    }
    this.at += length;
    return viewOf(this.bytes, this.at - length, this.at).slice();
  }

  /** A vector whose length stands in front in `size` octets: the reader of its inside. */
  vector(size: 1 | 2 | 3, what: string): Octets {
    const length = this.number(size, `the length of ${what}`);
    if (this.fault !== undefined || this.left < length) {
      this.fail(`${what} wants ${length} octets, ${Math.max(this.left, 0)} are left`);
      return new Octets(this.bytes, this.end, this.end, this);
    }
    const inside = new Octets(this.bytes, this.at, this.at + length, this);
    this.at += length;
    return inside;
  }

  /** Everything has been read. */
  finish(what: string): void {
    if (this.fault === undefined && this.left > 0)
      this.fail(`${what} has ${this.left} octets too many`);
  }
}
