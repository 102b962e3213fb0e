import { equalRanges, viewOf } from "./compare.ts";

/** Octets at the end of a range that its hash is made of: enough to tell identifiers and names apart. */
const hashed = 16;

/**
 * What some octets were found to mean, for octets that come again and again: a fleet's certificates share a few
 * issuers, algorithms and usages, and one object for all of them saves time and memory.
 * It holds one meaning a slot and copies of short octets only, so that it neither grows nor holds on to a file.
 */
export class Recent<T> {
  private readonly slots: ({ readonly octets: Uint8Array; readonly value: T } | undefined)[];
  private readonly longest: number;

  /** `size` is a power of two; ranges longer than `longest` octets are not kept. */
  constructor(size: number, longest: number) {
    this.slots = Array.from({ length: size });
    this.longest = longest;
  }

  private slotOf(bytes: Uint8Array, start: number, end: number): number {
    let hash = end - start;
    for (let i = end - start > hashed ? end - hashed : start; i < end; i++)
      hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193);
    return (Math.imul(hash, 0x9e37_79b1) >>> 16) & (this.slots.length - 1);
  }

  find(bytes: Uint8Array, start: number, end: number): T | undefined {
    const length = end - start;
    if (length > this.longest) return undefined;
    const slot = this.slots[this.slotOf(bytes, start, end)];
    return slot !== undefined &&
      slot.octets.length === length &&
      equalRanges(slot.octets, 0, bytes, start, length)
      ? slot.value
      : undefined;
  }

  keep(bytes: Uint8Array, start: number, end: number, value: T): void {
    if (end - start <= this.longest)
      this.slots[this.slotOf(bytes, start, end)] = {
        octets: viewOf(bytes, start, end).slice(),
        value,
      };
  }
}
