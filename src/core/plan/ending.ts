import type { Fingerprint, Instant } from "../model/certificate.ts";
import type { Inventory, SlotId } from "../model/inventory.ts";

/** Which of some leaves end by a moment. */
export interface Ending {
  /** A new one would last longer. */
  readonly slots: readonly SlotId[];
  /** A new one would end at the same time, for that is when its issuer's signing generation ends. */
  readonly withIssuer: readonly SlotId[];
  /** Of the others the one that ends first. */
  readonly next?: { readonly slot: SlotId; readonly notAfter: Instant };
}

export const endingBy = (
  { certificates, issuers, slots }: Inventory,
  chosen: readonly SlotId[],
  by: Instant,
): Ending => {
  const ends = new Map<Fingerprint, Instant>(
    certificates.map(({ fingerprint, notAfter }) => [fingerprint, notAfter]),
  );
  const issuerEnds = new Map(
    issuers.map(({ name, generations }) => [
      name,
      generations.findLast(({ stage }) => stage === "issuing")?.notAfter,
    ]),
  );
  const wanted = new Set(chosen);
  const due: SlotId[] = [];
  const withIssuer: SlotId[] = [];
  let next: Ending["next"];
  for (const { id, issuer, holds } of slots) {
    const [leaf] = holds?.certificates ?? [];
    const notAfter = leaf === undefined ? undefined : ends.get(leaf);
    if (!wanted.has(id) || notAfter === undefined) continue;
    if (notAfter > by) {
      if (next === undefined || notAfter < next.notAfter) next = { slot: id, notAfter };
    } else if (notAfter >= (issuerEnds.get(issuer) ?? Infinity)) withIssuer.push(id);
    else due.push(id);
  }
  return { slots: due, withIssuer, ...(next === undefined ? {} : { next }) };
};
