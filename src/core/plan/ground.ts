import type { Instant } from "../model/certificate.ts";
import type {
  BlindSpot,
  Consumer,
  ConsumerId,
  HolderFacts,
  Inventory,
  Slot,
  SlotId,
} from "../model/inventory.ts";
import { readsByItself } from "./reads-by-itself.ts";
import { clockGrain } from "./limits.ts";
import type { Survey } from "./survey.ts";

/** What every plan starts from: the slots that it is about, and what is wrong with them as they are. */
export interface Ground {
  readonly survey: Survey;
  readonly now: Instant;
  /** Leaves and CAs in use have to be valid until then: the end of the plan's life and the time its run may take. */
  readonly mustLastUntil: Instant;
  /** In the inventory's order. */
  readonly slots: readonly Slot[];
  /** Groups that any of their consumers belongs to. */
  readonly groups: readonly string[];
  /** Those of them whose members hold the same data. */
  readonly stores: readonly string[];
  /** Leaves that do not last: the current generation signs them again first. */
  readonly healed: ReadonlySet<SlotId>;
  /** Who was started before a file changed that it reads at its start only: what it has loaded is not what lies there. */
  readonly behind: readonly Consumer[];
  readonly blind: readonly BlindSpot[];
  /** Of these issuers. */
  readonly holders: readonly HolderFacts[];
  /** Milliseconds for which nobody may have used the old generation before it is dropped; 0: that is not looked for. */
  readonly soak: number;
}

export const groundFor = (
  survey: Survey,
  slots: readonly Slot[],
  options: Pick<Ground, "now" | "mustLastUntil" | "blind" | "holders" | "soak">,
): Ground => {
  const ids = new Set(slots.map(({ consumer }) => consumer));
  const consumers = survey.inventory.consumers.filter(({ id }) => ids.has(id));
  const groupsOf = (members: readonly Consumer[]): readonly string[] => [
    ...new Set(members.flatMap(({ group }) => group ?? [])),
  ];
  return {
    ...options,
    survey,
    slots,
    groups: groupsOf(consumers),
    stores: groupsOf(consumers.filter(({ redundancy = "quorum" }) => redundancy === "quorum")),
    healed: new Set(
      slots
        .filter(
          (slot) => slot.role === "presents" && lastsUntil(survey, slot) <= options.mustLastUntil,
        )
        .map(({ id }) => id),
    ),
    behind: consumers.filter((consumer) => isBehind(survey, consumer)),
  };
};

/** When what a slot shows ends; never, when that is not known. */
export const lastsUntil = (survey: Survey, { holds }: Slot): Instant => {
  const [leaf] = holds?.certificates ?? [];
  return (leaf === undefined ? undefined : survey.certificates.get(leaf)?.notAfter) ?? Infinity;
};

const isBehind = (survey: Survey, { id, process }: Consumer): boolean =>
  process !== undefined &&
  survey.slotsOf.get(id)!.some(
    ({ reload, place, holds }) =>
      !readsByItself({ reload }) &&
      // A kubelet that renewed its own leaf has it.
      place.form?.kind !== "kubelet-pem" &&
      holds !== undefined &&
      holds.changedAt > process.startedAt + clockGrain,
  );

/**
 * A client in whose places nothing lies uses other files, or is not there: nothing can be done for it, and that is
 * said as a blind spot. The rest is the inventory that is planned over.
 */
export const withoutAbsentClients = (
  inventory: Inventory,
): { readonly inventory: Inventory; readonly absent: readonly BlindSpot[] } => {
  const present = new Set<ConsumerId>(
    inventory.slots
      .filter(({ holds, faults }) => holds !== undefined || faults !== undefined)
      .map(({ consumer }) => consumer),
  );
  const absent = inventory.consumers.filter(
    ({ id, group }) => group === undefined && !present.has(id),
  );
  if (absent.length === 0) return { inventory, absent: [] };
  const gone = new Set(absent.map(({ id }) => id));
  const slots = inventory.slots.filter(({ consumer }) => gone.has(consumer));
  return {
    inventory: {
      ...inventory,
      consumers: inventory.consumers.filter(({ id }) => !gone.has(id)),
      slots: inventory.slots.filter(({ consumer }) => !gone.has(consumer)),
      edges: inventory.edges.filter(({ client, server }) => !gone.has(client) && !gone.has(server)),
    },
    absent: absent.map(({ id, node }) => {
      const own = slots.filter(({ consumer }) => consumer === id);
      return {
        id: `nothing-at:${id}`,
        where: node ?? "this machine",
        why: `nothing lies where the files of ${id} are said to be: ${own.map(({ place }) => place.path).join(", ")}`,
        cure: "correct its paths in certwright.yaml, or take it out",
        issuers: [...new Set(own.map(({ issuer }) => issuer))],
      };
    }),
  };
};
