import type { Slot, SlotId } from "../../src/core/model/inventory.ts";
import { isHome } from "../../src/core/plan/signers.ts";

/** The same word for slots that are one file, one part of a file, or one object. */
const wordOf = (slot: Slot): string => {
  const { node = "", path, key = "", form } = slot.place;
  if (isHome(slot)) return `${node} ${key}`;
  if (form?.kind === "kubeconfig") return `${node} ${path} ${slot.role}`;
  if (form?.kind !== "object") return `${node} ${path}`;
  // One controller publishes it in every namespace.
  return `${form.resource.replace(/\/namespaces\/[^/]+\//, "/namespaces/*/")} ${form.field.join(" ")}`;
};

/** Slots at one place, by each of them. */
export const besideOf = (slots: readonly Slot[]): ReadonlyMap<SlotId, readonly SlotId[]> => {
  const places = new Map<string, SlotId[]>();
  for (const slot of slots) {
    const word = wordOf(slot);
    const there = places.get(word);
    if (there === undefined) places.set(word, [slot.id]);
    else there.push(slot.id);
  }
  return new Map(
    [...places.values()]
      .filter(({ length }) => length > 1)
      .flatMap((ids) => ids.map((id) => [id, ids] as const)),
  );
};
