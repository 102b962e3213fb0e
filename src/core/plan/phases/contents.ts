import type { Content } from "../../model/claim.ts";
import type { Slot } from "../../model/inventory.ts";
import { bundleIn } from "../survey.ts";
import type { Target, Work } from "../work.ts";
import { leafOfCurrent } from "./heal.ts";

const targetOf = ({ targets }: Work, { issuer }: Slot): Target => targets.get(issuer)!;

/** Old and new: the old one first, for readers that stop at one; older ones that are there stay until the drop. */
export const trustingBoth = (work: Work, slot: Slot): Content => {
  const { current, next, issuer } = targetOf(work, slot);
  const { generations, others } = bundleIn(work.survey, slot);
  return {
    kind: "bundle",
    issuer,
    generations: [...new Set([current.number, next, ...generations])],
    others,
  };
};

export const trustingNew = (work: Work, slot: Slot): Content => {
  const { next, issuer } = targetOf(work, slot);
  return {
    kind: "bundle",
    issuer,
    generations: [next],
    others: bundleIn(work.survey, slot).others,
  };
};

/** Same key: certificate and key are two files, and only one of them can be replaced in one instant. */
export const leafOfNew = (work: Work, slot: Slot): Content => {
  const { current, next, issuer } = targetOf(work, slot);
  return {
    kind: "leaf",
    issuer,
    generation: next,
    ...(work.protocol === "cross-signed" ? { via: current.number } : {}),
    key: "same",
  };
};

/** What lies in a verifier's slot before the drop. */
export const trustedUntilDrop = (work: Work, slot: Slot): Content =>
  work.both.has(slot.id) || isPublishedFromBoth(work, slot)
    ? trustingBoth(work, slot)
    : { kind: "before" };

/**
 * Whether its publishers have old and new in their own files until the drop, and publish what they had at their last
 * start: on the way forward nobody restarts them before the drop, on the way back out of the drop everybody does.
 */
export const isPublishedFromBoth = (work: Work, { id, source = [] }: Slot): boolean =>
  !work.both.has(id) &&
  source.length > 0 &&
  source.every((one) => {
    const from = work.survey.slots.get(one);
    return work.both.has(one) || (from !== undefined && isPublishedFromBoth(work, from));
  });

export const signerOf = (issuer: string, generation: number): Content => ({
  kind: "signer",
  issuer,
  generation,
});

/** What lies in a presenter's slot before the switch. */
export const presentedUntilSwitch = (work: Work, slot: Slot): Content =>
  work.healed.has(slot.id) ? leafOfCurrent(work.survey, slot) : { kind: "before" };
