import type { Phase } from "../../model/plan.ts";
import type { Slot } from "../../model/inventory.ts";
import { isKeyPair } from "../key-pairs.ts";
import { readsByItself } from "../reads-by-itself.ts";
import type { Work } from "../work.ts";
import { barrier, healthy } from "./barrier.ts";
import { bothWays } from "./both-ways.ts";
import { isPublishedFromBoth, trustingBoth } from "./contents.ts";
import { inUse, probed, unlessHeld } from "./proofs.ts";
import { lastOf } from "./step.ts";
import { forgetNewTokens } from "./tokens.ts";

/**
 * First of the three moves of the bundle protocol: every verifier has old and new loaded before anybody shows new. By
 * cross-signing it concerns only those that meet what a signer issues, which comes without the other CA's signature;
 * they read while they run, and nobody is restarted. Undefined when there are none.
 */
export const trust = (work: Work): Phase | undefined => {
  const verifiers = work.slots.filter(({ id, role }) => role === "trusts" && work.both.has(id));
  if (verifiers.length === 0) return undefined;
  const crossSigned = work.protocol === "cross-signed";
  const still = (slot: Slot): boolean => crossSigned && !isKeyPair(slot);
  const acceptBoth = (slot: Slot) => {
    const { current, next } = work.targets.get(slot.issuer)!;
    return { accepted: [next, ...probed(current)], refused: [] };
  };
  const changes = verifiers.map((slot) => {
    const content = trustingBoth(work, slot);
    const before = { kind: "before" } as const;
    const { current, next } = work.targets.get(slot.issuer)!;
    return {
      slot,
      content,
      before,
      inUse: still(slot) && !readsByItself(slot) ? [] : inUse(slot, content, acceptBoth(slot)),
      inUseBefore: inUse(slot, before, {
        accepted: probed(current),
        refused: unlessHeld(work.survey, slot, next),
      }),
    };
  });
  const renewed = forgetNewTokens(work);
  const { forward } = bothWays(work.survey, "trust", changes, { still });
  // What the drop's way back has published comes back with the files that it is published from.
  const published = work.slots
    .filter((slot) => slot.role === "trusts" && isPublishedFromBoth(work, slot))
    .map((slot) => ({
      slot,
      content: trustingBoth(work, slot),
      before: { kind: "before" } as const,
      inUse: [],
      inUseBefore: [],
    }));
  const { undo } = bothWays(work.survey, "trust", [...changes, ...published], {
    undoAfter: lastOf(renewed),
  });
  return {
    id: "trust",
    title: crossSigned ? "Let in what signers will issue" : "Trust old and new",
    why: crossSigned
      ? `What a controller-manager signs carries no other CA's signature: servers have to know the new generation before it signs with it. They read the file while they run; ${verifiers.some(isKeyPair) ? "only who verifies tokens is restarted, for the new key of those" : "nobody is restarted"}.`
      : "Every verifier accepts leaves of both generations, so that whoever comes next may show either. What reads its bundle at its start only is restarted once.",
    steps: [
      ...forward,
      barrier(
        "trust.proved",
        "Every verifier lets in both, and every connection verifies",
        forward,
        [...changes.flatMap((change) => change.inUse), ...work.edges, ...healthy(work.groups)],
      ),
    ],
    rollback: [
      ...renewed,
      ...undo,
      barrier(
        "undo.trust.proved",
        "Every connection verifies as before",
        [...renewed, ...undo],
        [...work.edges, ...healthy(work.groups)],
      ),
    ],
  };
};
