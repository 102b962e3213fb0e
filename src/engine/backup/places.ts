import type { Estate, EstateNode } from "../../core/model/estate.ts";
import type { SlotId } from "../../core/model/inventory.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { layoutOf, type PlacedSlot } from "../rotation/layout.ts";

/** A file of the estate. */
export interface FilePlace {
  /** Absent: the operator's own machine. */
  readonly node?: EstateNode;
  readonly path: string;
}

/** Every file of these slots once, in the estate's order; of all when none is named. Throws rotation.not-in-estate. */
export const placesOf = (estate: Estate, slots?: readonly SlotId[]): readonly FilePlace[] => {
  const layout = layoutOf(estate);
  const chosen: readonly PlacedSlot[] =
    slots === undefined
      ? [...layout.slots.values()]
      : slots.map((id) => {
          const slot = layout.slots.get(id);
          if (slot === undefined) throw failure("rotation.not-in-estate", { what: "slot", id });
          return slot;
        });
  const places = chosen.flatMap(({ consumer, place }) => {
    const node = layout.consumers.get(consumer)?.node;
    const paths = place.key === undefined ? [place.path] : [place.path, place.key];
    return paths.map((path): FilePlace => (node === undefined ? { path } : { node, path }));
  });
  return [...new Map(places.map((one) => [placeKey(one.node?.name, one.path), one])).values()];
};

/** One word for a machine's file; no machine's name has a blank. */
export const placeKey = (node: string | undefined, path: string): string => `${node ?? ""} ${path}`;

export const placeText = (node: string | undefined, path: string): string =>
  node === undefined ? path : `${node}:${path}`;
