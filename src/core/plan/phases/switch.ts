import type { Slot } from "../../model/inventory.ts";
import type { Phase, Step } from "../../model/plan.ts";
import { presentedGeneration } from "../survey.ts";
import type { Work } from "../work.ts";
import { barrier, healthy, sameData } from "./barrier.ts";
import { bothWays } from "./both-ways.ts";
import { isHome } from "../signers.ts";
import { leafOfNew, presentedUntilSwitch, signerOf } from "./contents.ts";
import { gate } from "./gate.ts";
import { after, trustingNext } from "./holders.ts";
import { inUse } from "./proofs.ts";
import { signAgain, stageStep } from "./stages.ts";

/** Every presenter shows a leaf of the new generation, with the key it has. */
export const switchOver = (work: Work): Phase => {
  const { survey, targets, groups, stores, edges } = work;
  const changes = work.slots
    .filter(({ role }) => role === "presents")
    .map((slot) => {
      const content = leafOfNew(work, slot);
      const former = presentedGeneration(survey, slot)?.number;
      const before = presentedUntilSwitch(work, slot);
      const none = { accepted: [], refused: [] };
      return {
        slot,
        content,
        before,
        inUse: inUse(slot, content, none),
        inUseBefore:
          former === undefined
            ? []
            : inUse(
                slot,
                { kind: "leaf", issuer: slot.issuer, generation: former, key: "same" },
                none,
              ),
      };
    });
  const signers = work.slots
    .filter((slot) => slot.role === "signs" && !isHome(slot) && signs(work, slot))
    .map((slot) => {
      const { current, next } = targets.get(slot.issuer)!;
      const shared = survey.signers.some(
        (one) => one.slot.id === slot.id && one.home !== undefined,
      );
      const content = signerOf(slot.issuer, next);
      const former = signerOf(slot.issuer, current.number);
      const none = { accepted: [], refused: [] };
      return {
        slot,
        content,
        // The split has put it there.
        before: shared ? former : ({ kind: "before" } as const),
        inUse: inUse(slot, content, none),
        inUseBefore: inUse(slot, former, none),
      };
    });
  const before = switchGates(work);
  const ready = before.map(({ id }) => id);
  const sign = [...targets.values()].map(({ issuer, next }) =>
    stageStep("switch", issuer, next, "issuing", ready),
  );
  const signing = sign.map(({ id }) => id);
  const { forward, undo } = bothWays(survey, "switch", [...changes, ...signers], {
    after: signing,
  });
  const steps = [...before, ...sign, ...forward];
  return {
    id: "switch",
    title: "Show leaves of the new generation",
    why:
      work.protocol === "bundle"
        ? "Everybody accepts them already. Old leaves that are still about are accepted too."
        : "The chain carries the new CA as signed by the old one, so a verifier that knows the old one only accepts it.",
    steps: [
      ...steps,
      barrier(
        "switch.proved",
        "Every port shows the new generation, every connection verifies",
        steps,
        [
          ...changes.flatMap((change) => change.inUse),
          ...edges,
          ...healthy(groups),
          ...sameData(stores),
        ],
      ),
    ],
    rollback: [...undo, ...signAsBefore(work, undo)],
  };
};

/** Not where it signs nothing, or has just been told to. */
const signs = ({ survey, targets }: Work, { consumer, issuer }: Slot): boolean =>
  !targets.get(issuer)!.keyless && survey.consumers.get(consumer)!.signsWith !== "";

/** Bundle only: a client that nobody named still trusts the old CA alone. The cross-signature would carry it over. */
const switchGates = (work: Work): readonly Step[] => {
  if (work.protocol === "cross-signed") return [];
  const informed = trustingNext(work, "switch");
  if (work.blind.length === 0) return informed;
  return after(
    informed,
    gate(
      work,
      "switch.ready",
      {
        seen: "Everybody trusts both generations",
        unseen:
          "Everybody that can be seen trusts both generations; approve this step when everybody else does",
      },
      [...work.edges, ...healthy(work.groups)],
    ),
  );
};

/** The former generation signs again, and the new one goes back to where it was made. */
const signAsBefore = ({ targets, edges, groups }: Work, undo: readonly Step[]): readonly Step[] => {
  const stages = [...targets.values()].flatMap((target) => signAgain("switch", target, undo));
  return [
    ...stages,
    barrier(
      "undo.switch.proved",
      "Every connection verifies as before",
      [...undo, ...stages],
      [...edges, ...healthy(groups)],
    ),
  ];
};
