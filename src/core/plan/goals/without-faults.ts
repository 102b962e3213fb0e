import type { Slot, SlotFault } from "../../model/inventory.ts";

/** The slot without those of its faults that do not matter where it is written anew. */
export const withoutFaults = (slot: Slot, mended: readonly SlotFault["kind"][]): Slot => {
  const { faults, ...rest } = slot;
  if (faults === undefined) return slot;
  const left = faults.filter(({ kind }) => !mended.includes(kind));
  return left.length === 0 ? rest : Object.assign(rest, { faults: left });
};
