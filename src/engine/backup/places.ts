import type { Estate, EstateNode } from "../../core/model/estate.ts";
import type { Place, SlotId } from "../../core/model/inventory.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { ObjectForm } from "../rotation/kubernetes/objects.ts";
import { layoutOf, type Layout, type PlacedSlot } from "../rotation/layout.ts";

/** A file of the estate. */
export interface FilePlace {
  /** Absent: the operator's own machine. */
  readonly node?: EstateNode;
  readonly path: string;
  /** It is a link that a rotation lays anew. */
  readonly isLink?: true;
}

/** Every file of these slots once, in the estate's order; of all when none is named. Throws rotation.not-in-estate. */
export const placesOf = (estate: Estate, slots?: readonly SlotId[]): readonly FilePlace[] => {
  const layout = layoutOf(estate);
  const places = chosenSlots(layout, slots).flatMap(({ consumer, place }): FilePlace[] => {
    const node = layout.consumers.get(consumer)?.node;
    const common: Omit<FilePlace, "path"> = {
      ...(node === undefined ? {} : { node }),
      ...(place.form?.kind === "kubelet-pem" ? { isLink: true } : {}),
    };
    return filesOf(place).map((path) => Object.assign({ path }, common));
  });
  return [...new Map(places.map((one) => [placeKey(one.node?.name, one.path), one])).values()];
};

/** Every place in objects of these slots once. Throws as `placesOf`. */
export const objectPlacesOf = (
  estate: Estate,
  slots?: readonly SlotId[],
): readonly ObjectForm[] => {
  const forms = chosenSlots(layoutOf(estate), slots).flatMap(({ place: { form } }) =>
    form?.kind === "object" ? [form] : [],
  );
  return [...new Map(forms.map((one) => [fieldKey(one.resource, one.field), one])).values()];
};

/** The files that are a slot's own, certificate first. */
export const filesOf = ({ path, key, form }: Place): readonly string[] => {
  if (form?.kind === "object") return [];
  if (form?.kind === "key") return [key ?? path];
  return key === undefined || key === path ? [path] : [path, key];
};

const chosenSlots = (
  { slots: known }: Layout,
  slots: readonly SlotId[] | undefined,
): readonly PlacedSlot[] =>
  slots === undefined
    ? [...known.values()]
    : slots.map((id) => {
        const slot = known.get(id);
        if (slot === undefined) throw failure("rotation.not-in-estate", { what: "slot", id });
        return slot;
      });

/** One word for a field of an object. */
export const fieldKey = (resource: string, field: readonly string[]): string =>
  [resource, ...field].join(" ");

/** One word for a machine's file; no machine's name has a blank. */
export const placeKey = (node: string | undefined, path: string): string => `${node ?? ""} ${path}`;

export const placeText = (node: string | undefined, path: string): string =>
  node === undefined ? path : `${node}:${path}`;
