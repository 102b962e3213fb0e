import type { Claim, Content } from "../../model/claim.ts";
import type { Slot, SlotId } from "../../model/inventory.ts";
import type { Phase, Step } from "../../model/plan.ts";
import { checkGround } from "../checks/check-ground.ts";
import { checkIssuers } from "../checks/issuers.ts";
import type { PlanFinding } from "../finding.ts";
import type { Ground } from "../ground.ts";
import { barrier, healthy, sameData } from "../phases/barrier.ts";
import { bothWays } from "../phases/both-ways.ts";
import { heal, leafOfCurrent } from "../phases/heal.ts";
import { preflight } from "../phases/preflight.ts";
import { inUse, verifying } from "../phases/proofs.ts";
import { issuingGeneration, presentedGeneration, slotsOfEdge, type Survey } from "../survey.ts";
import { stateAfterSteps } from "../walk/event.ts";
import { verifiedEdges, type Model } from "../walk/model.ts";
import { refused, type Drafted } from "./drafted.ts";
import { groundOf, type Drawing } from "./drawing.ts";

interface Renewal {
  readonly slots: readonly SlotId[];
  readonly key: "same" | "new";
}

/** New leaves from the generation that signs now. */
export const draftRenewal = (drawing: Drawing, wanted: Renewal): Drafted => {
  const { survey, now } = drawing;
  const ids = new Set(wanted.slots);
  const slots = survey.inventory.slots.filter(({ id }) => ids.has(id));
  const issuers = new Set(slots.map(({ issuer }) => issuer));
  const unfit = [...checkWanted(survey, wanted.slots), ...checkIssuers(survey, [...issuers], now)];
  if (unfit.length > 0) return refused(unfit);
  const ground = groundOf(drawing, issuers, slots);
  const findings = checkGround(ground);
  if (findings.length > 0) return refused(findings);
  // A leaf that has expired is mended apart: a rollback of the renewal may not bring it back.
  const mended = heal(ground);
  return {
    ok: true,
    goal: { kind: "renew", slots: slots.map(({ id }) => id), key: wanted.key },
    phases: [
      preflight(ground),
      ...(mended === undefined ? [] : [mended]),
      renew(ground, drawing.model, wanted.key),
    ],
    blind: ground.blind,
  };
};

const checkWanted = (survey: Survey, ids: readonly SlotId[]): readonly PlanFinding[] => {
  if (ids.length === 0) {
    return [
      {
        rule: "nothing-wanted",
        subject: "plan",
        text: "no slot was named",
        evidence: [],
        cure: "name slots or consumers, or say --all",
      },
    ];
  }
  return ids.flatMap((id): readonly PlanFinding[] => {
    const slot = survey.slots.get(id);
    if (slot?.role === "presents") return [];
    return [
      {
        rule: "not-a-leaf",
        subject: id,
        text:
          slot === undefined
            ? `the estate has no slot ${id}, or nothing lies there`
            : `${id} holds CA certificates that it trusts, no leaf`,
        evidence: [],
        cure: `the slots that hold leaves: ${leaves(survey).join(", ")}`,
      },
    ];
  });
};

/** A message is read by a person: no more than these are listed. */
const listed = 20;

const leaves = (survey: Survey): readonly string[] => {
  const ids = survey.inventory.slots.flatMap(({ role, id }) => (role === "presents" ? [id] : []));
  return ids.length <= listed ? ids : [...ids.slice(0, listed), `and ${ids.length - listed} more`];
};

/** The cross-signature stays below the leaf as long as the generation that made it is trusted by somebody. */
const renewed = (survey: Survey, { issuer, holds }: Slot, key: Renewal["key"]): Content => {
  const facts = survey.issuers.get(issuer)!;
  const current = issuingGeneration(facts)!;
  const via = current.crossSigns.findLast(
    ({ by }) => facts.generations.find(({ number }) => number === by)?.stage === "retiring",
  )?.by;
  return {
    kind: "leaf",
    issuer,
    generation: current.number,
    ...(via === undefined ? {} : { via }),
    key,
    insteadOf: holds!.certificates[0]!,
  };
};

/** Edges on which a renewed leaf is seen; but not those that fail for another reason, and still will. */
const edgesBetter = (
  { survey, slots }: Ground,
  model: Model,
  steps: readonly Step[],
): readonly Claim[] => {
  const verified = verifiedEdges(model, stateAfterSteps(model, steps));
  const renewedSlots = new Set(slots.map(({ id }) => id));
  return verifying(
    survey.edges.filter(
      (edge) => verified.has(edge.id) && slotsOfEdge(edge).some((id) => renewedSlots.has(id)),
    ),
  );
};

const renew = (ground: Ground, model: Model, key: Renewal["key"]): Phase => {
  const { survey, slots, groups, stores } = ground;
  const none = { accepted: [], refused: [] };
  const changes = slots.map((slot) => {
    const content = renewed(survey, slot, key);
    const former = presentedGeneration(survey, slot)!.number;
    const was: Content = { kind: "leaf", issuer: slot.issuer, generation: former, key };
    return {
      slot,
      content,
      before: ground.healed.has(slot.id)
        ? leafOfCurrent(survey, slot)
        : ({ kind: "before" } as const),
      inUse: inUse(slot, content, none),
      inUseBefore: inUse(slot, was, none),
    };
  });
  const during = key === "new" ? "stopped" : "running";
  const { forward, undo } = bothWays(survey, "renew", changes, { during });
  const edges = edgesBetter(ground, model, forward);
  const whole = [...healthy(groups), ...sameData(stores)];
  return {
    id: "renew",
    title: key === "new" ? "Give each a new key and leaf" : "Give each a new leaf for its key",
    why:
      key === "new"
        ? "Where key and certificate are two files, the program is stopped while they change; where they are one, it is restarted if it reads them at its start only. One at a time."
        : "One file changes in one instant, and the next handshake shows it.",
    steps: [
      ...forward,
      barrier("renew.proved", "Every port shows its new leaf, every connection verifies", forward, [
        ...changes.flatMap((change) => change.inUse),
        ...edges,
        ...whole,
      ]),
    ],
    rollback: [
      ...undo,
      barrier("undo.renew.proved", "Every connection verifies as before", undo, [
        ...edges,
        ...healthy(groups),
      ]),
    ],
  };
};
