import type { Claim, Content } from "../../model/claim.ts";
import type { Slot } from "../../model/inventory.ts";
import type { Phase, Step } from "../../model/plan.ts";
import { bundleIn } from "../survey.ts";
import type { Work } from "../work.ts";
import { barrier, healthy, sameData } from "./barrier.ts";
import { bothWays } from "./both-ways.ts";
import { readsByItself } from "../reads-by-itself.ts";
import { isHome } from "../signers.ts";
import { signerOf, trustedUntilDrop, trustingNew } from "./contents.ts";
import { gate } from "./gate.ts";
import { after, havingNext, soaked } from "./holders.ts";
import { inUse, probed, unlessHeld } from "./proofs.ts";
import { stageStep, unretire } from "./stages.ts";
import { lastOf } from "./step.ts";
import { forgetOldTokens } from "./tokens.ts";

/** Every verifier forgets the old generation, once nobody shows it any more. */
export const drop = (work: Work): Phase => {
  const { survey, targets, groups, stores, edges } = work;
  const changes = work.slots
    .filter(({ role }) => role === "trusts")
    .map((slot) => {
      const content = trustingNew(work, slot);
      const before = trustedUntilDrop(work, slot);
      const { current, next } = targets.get(slot.issuer)!;
      const refused = goneFrom(work, slot);
      return {
        slot,
        content,
        before,
        inUse: inUse(slot, content, { accepted: [next], refused }),
        inUseBefore: inUse(slot, before, {
          accepted: work.both.has(slot.id) ? [next, ...probed(current)] : probed(current),
          // That the new one is let in no more is all that tells a restart from a clock that was set.
          refused: work.both.has(slot.id) ? [] : unlessHeld(survey, slot, next),
        }),
      };
    });
  // kubeadm takes the first certificate and the key beside it: they belong together again once it is the only one.
  const keys = work.slots
    .filter((slot) => isHome(slot) || isLeftBehind(work, slot))
    .map((slot) => ({
      slot,
      content: keyAtEnd(work, slot),
      before: { kind: "before" } as const,
      inUse: [],
      inUseBefore: [],
    }));
  const ready = after([...havingNext(work, "drop"), ...soaked(work, "drop")], dropGate(work));
  const gates = [...ready, ...forgetOldTokens(work, lastOf(ready))];
  const { forward, undo } = bothWays(survey, "drop", [...changes, ...keys], {
    after: lastOf(gates),
    // They have read old and new. By cross-signing they have read the old one alone until now.
    podsStay: work.protocol === "bundle",
  });
  const proved = barrier(
    "drop.proved",
    "The old generation is turned away everywhere and found nowhere",
    [...gates, ...forward],
    [
      ...changes.flatMap((change) => change.inUse),
      ...[...targets.values()].map(
        ({ issuer, current }) => ({ kind: "absent", issuer, generation: current.number }) as const,
      ),
      ...edges,
      ...healthy(groups),
      ...sameData(stores),
    ],
  );
  const retired = [...targets.values()].map(({ issuer, current }) =>
    stageStep("drop", issuer, current.number, "retired", [proved.id]),
  );
  const unretired = [...targets.values()].map(({ issuer, current }) =>
    unretire("drop", issuer, current.number, "retiring"),
  );
  return {
    id: "drop",
    title: "Trust the new generation only",
    why: "Nobody shows the old one any more: whoever steals its key, or still holds a leaf of it, is turned away.",
    steps: [...gates, ...forward, proved, ...retired],
    rollback: [...unretired, ...undo, undoProved(work, undo)],
  };
};

/** What a controller-manager signed with once, where nobody signs any longer. */
const isLeftBehind = ({ targets }: Work, { role, issuer, holds, place }: Slot): boolean =>
  role === "signs" &&
  holds !== undefined &&
  place.form === undefined &&
  targets.get(issuer)!.keyless;

const keyAtEnd = ({ targets }: Work, { issuer }: Slot): Content => {
  const { next, keyless } = targets.get(issuer)!;
  return keyless ? { kind: "nothing", issuer } : signerOf(issuer, next);
};

/** Generations of the slot's issuer that a probe can be signed with, and that shall be turned away. */
const goneFrom = ({ survey, targets }: Work, slot: Slot): readonly number[] => {
  const { current, next } = targets.get(slot.issuer)!;
  const held = new Set(bundleIn(survey, slot).generations);
  return survey.issuers
    .get(slot.issuer)!
    .generations.filter(
      ({ number, canSign }) =>
        canSign &&
        // Already held where an earlier run was given up half-way.
        number !== next &&
        (number === current.number || held.has(number)),
    )
    .map(({ number }) => number);
};

/** Who was not seen may still show an old leaf, or trust the old one only. */
const dropGate = (work: Work): Step =>
  gate(
    work,
    "drop.ready",
    {
      seen: "Nobody shows the old generation any more",
      unseen:
        "Nobody that can be seen shows the old generation; approve this step when nobody else does",
    },
    [
      ...work.slots.flatMap((slot): Claim[] =>
        slot.role === "presents" && slot.port !== undefined
          ? [
              {
                kind: "presents",
                slot: slot.id,
                generation: work.targets.get(slot.issuer)!.next,
              },
            ]
          : [],
      ),
      ...showsWhatLiesThere(work),
      ...work.edges,
      ...healthy(work.groups),
      ...sameData(work.stores),
    ],
  );

/**
 * A client's leaf is seen at no port, and edges know it from its file: whoever reads that at its start, and was started
 * over a leaf that somebody wrote there meanwhile (kubeadm certs renew) and took back, still shows the old one. A
 * kubelet renews its own leaf without a restart.
 */
const showsWhatLiesThere = ({ survey, slots }: Work): readonly Claim[] => {
  const late = slots.filter(
    (slot) =>
      slot.role === "presents" &&
      slot.port === undefined &&
      slot.place.form?.kind !== "kubelet-pem" &&
      !readsByItself(slot) &&
      survey.consumers.get(slot.consumer)?.process !== undefined,
  );
  return [...new Set(late.map(({ consumer }) => consumer))].map((consumer) => ({
    kind: "restarted",
    consumer,
  }));
};

const undoProved = ({ groups, edges }: Work, undo: readonly Step[]): Step =>
  barrier("undo.drop.proved", "Every verifier lets the old generation in again", undo, [
    ...edges,
    ...healthy(groups),
  ]);
