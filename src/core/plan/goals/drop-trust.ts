import type { Content } from "../../model/claim.ts";
import type { GenerationFacts, Slot } from "../../model/inventory.ts";
import type { Phase } from "../../model/plan.ts";
import { checkBundles } from "../checks/bundles.ts";
import { checkSharedSigners, checkSigningKeys } from "../checks/signing-keys.ts";
import { signerOf } from "../phases/contents.ts";
import { join } from "../phases/split.ts";
import { isHome } from "../signers.ts";
import { checkConnections } from "../checks/connections.ts";
import { checkTokenRights } from "../checks/key-pairs.ts";
import { checkGround } from "../checks/check-ground.ts";
import { checkIssuers } from "../checks/issuers.ts";
import type { PlanFinding } from "../finding.ts";
import type { Ground } from "../ground.ts";
import { barrier, healthy, sameData } from "../phases/barrier.ts";
import { bothWays } from "../phases/both-ways.ts";
import { gate } from "../phases/gate.ts";
import { heal } from "../phases/heal.ts";
import { after, havingNext, soaked, type Heard } from "../phases/holders.ts";
import { preflight } from "../phases/preflight.ts";
import { edgesOf, inUse, probed } from "../phases/proofs.ts";
import { stageStep, unretire } from "../phases/stages.ts";
import { lastOf } from "../phases/step.ts";
import { tokensGone } from "../phases/tokens.ts";
import { isKeyPair } from "../key-pairs.ts";
import { bundleIn, issuingGeneration, presentedGeneration, type Survey } from "../survey.ts";
import { withoutFaults } from "./without-faults.ts";
import { refused, type Drafted } from "./drafted.ts";
import { groundOf, type Drawing } from "./drawing.ts";

interface Dropped {
  readonly issuer: string;
  readonly generation: number;
}

/** Verifiers forget a generation, which nobody that can be seen presents any more. */
export const draftDrop = (drawing: Drawing, wanted: Dropped): Drafted => {
  const { survey, now } = drawing;
  const unfit = checkIssuers(survey, [wanted.issuer], now);
  if (unfit.length > 0) return refused(unfit);
  const generation = survey.issuers
    .get(wanted.issuer)!
    .generations.find(({ number }) => number === wanted.generation);
  const refusal =
    generation === undefined ? unknown(survey, wanted) : inTheWay(survey, wanted, generation);
  if (refusal.length > 0 || generation === undefined) return refused(refusal);
  const names = new Set([wanted.issuer]);
  const holding = survey.inventory.slots.filter((slot) => holdsIt(survey, slot, wanted));
  const ground = groundOf(
    drawing,
    names,
    holding.filter((slot) => !isOutdated(survey, slot, wanted)),
  );
  const signing = issuingGeneration(survey.issuers.get(wanted.issuer)!)!.number;
  const joined = ground.slots.some(isHome)
    ? join(survey, new Map([[wanted.issuer, signing]]))
    : undefined;
  const findings = [
    // Written anew, with the one that signs first and its key.
    ...checkGround({
      ...ground,
      slots: ground.slots.map((slot) =>
        withoutFaults(slot, isHome(slot) ? ["key-mismatch"] : ["order"]),
      ),
    }),
    ...checkBundles(survey, names),
    ...checkSigningKeys(survey, names),
    ...checkTokenRights(survey, names),
    ...checkSharedSigners(survey, names),
  ];
  if (findings.length > 0) return refused(findings);
  const mended = heal(
    ground,
    holding
      .filter((slot) => isOutdated(survey, slot, wanted))
      .map((slot) => ({
        slot,
        content: {
          kind: "bundle",
          issuer: wanted.issuer,
          generations: [signing],
          others: bundleIn(survey, slot).others,
        },
      })),
  );
  const broken = checkConnections(
    drawing.model,
    mended?.steps ?? [],
    new Set(ground.slots.map(({ id }) => id)),
  );
  if (broken.length > 0) return refused(broken);
  return {
    ok: true,
    goal: { kind: "drop-trust", ...wanted },
    phases: [
      preflight({ ...ground, slots: holding }),
      ...(mended === undefined ? [] : [mended]),
      forget(ground, wanted, generation),
      ...(joined === undefined ? [] : [joined]),
    ],
    blind: ground.blind,
  };
};

const holdsIt = (survey: Survey, slot: Slot, { issuer, generation }: Dropped): boolean =>
  (slot.role === "trusts" || isHome(slot)) &&
  slot.issuer === issuer &&
  (slot.faults !== undefined || bundleIn(survey, slot).generations.includes(generation));

/** Nobody but the cluster itself writes objects: one from before the present generation is given that one instead. */
const isOutdated = (survey: Survey, slot: Slot, { generation }: Dropped): boolean => {
  const { generations } = bundleIn(survey, slot);
  return (
    slot.role === "trusts" &&
    slot.place.form?.kind === "object" &&
    generations.length === 1 &&
    generations[0] === generation
  );
};

const unknown = (survey: Survey, { issuer, generation }: Dropped): readonly PlanFinding[] => {
  const known = survey.issuers.get(issuer)!.generations.map(({ number }) => number);
  return [
    {
      rule: "generation-unknown",
      subject: `${issuer} ${generation}`,
      text: `${issuer} has no generation ${generation}`,
      evidence: [`it has: ${known.join(", ")}`],
      cure: `certwright ca show ${issuer}`,
    },
  ];
};

/** Whoever still shows it, and whoever trusts nothing else. */
const inTheWay = (
  survey: Survey,
  { issuer, generation }: Dropped,
  { stage, key }: GenerationFacts,
): readonly PlanFinding[] => {
  const subject = `${issuer} ${generation}`;
  if (stage === "issuing") {
    return [
      {
        rule: "generation-issuing",
        subject,
        text: `generation ${generation} of ${issuer} is the one that signs`,
        evidence: [],
        cure: `put another one in its place: certwright plan rotate ${issuer}`,
      },
    ];
  }
  const findings: PlanFinding[] = [];
  for (const slot of survey.inventory.slots) {
    if (slot.issuer !== issuer) continue;
    if (slot.role === "presents" && presentedGeneration(survey, slot)?.key === key) {
      findings.push({
        rule: "still-presented",
        subject: slot.id,
        text: `${slot.id} still shows a leaf of generation ${generation} of ${issuer}`,
        evidence: [slot.place.path],
        cure: `renew it first: certwright plan renew ${slot.id}`,
      });
    }
    const { generations } = bundleIn(survey, slot);
    if (slot.role === "signs" && !isHome(slot) && generations[0] === generation) {
      findings.push({
        rule: "still-signs",
        subject: slot.id,
        text: `${slot.consumer} may still sign with generation ${generation} of ${issuer}`,
        evidence: [slot.place.path],
        cure: `put another one in its place: certwright plan rotate ${issuer}`,
      });
    }
    if (
      slot.role === "trusts" &&
      generations.length === 1 &&
      generations[0] === generation &&
      !isOutdated(survey, slot, { issuer, generation })
    ) {
      findings.push({
        rule: "only-trust",
        subject: slot.id,
        text: `${slot.id} trusts no other generation of ${issuer}`,
        evidence: [slot.place.path],
        cure: `give it the new one too: certwright plan rotate ${issuer}`,
      });
    }
  }
  return findings;
};

/** The one that signs first, then the others in the file's order. */
const without = (survey: Survey, slot: Slot, generation: number): Content => {
  const { generations, others } = bundleIn(survey, slot);
  const signing = issuingGeneration(survey.issuers.get(slot.issuer)!)!.number;
  const left = generations.filter((one) => one !== generation);
  return {
    kind: "bundle",
    issuer: slot.issuer,
    generations: [
      ...left.filter((one) => one === signing),
      ...left.filter((one) => one !== signing),
    ],
    others,
  };
};

const forget = (ground: Ground, { issuer }: Dropped, dropped: GenerationFacts): Phase => {
  const { survey, slots, groups, stores } = ground;
  const { number } = dropped;
  const facts = survey.issuers.get(issuer)!;
  const signing = probed(issuingGeneration(facts)!);
  const changes = slots.map((slot) => {
    if (isHome(slot)) {
      return {
        slot,
        content: signerOf(issuer, issuingGeneration(facts)!.number),
        before: { kind: "before" } as const,
        inUse: [],
        inUseBefore: [],
      };
    }
    const content = without(survey, slot, number);
    return {
      slot,
      content,
      before: { kind: "before" } as const,
      inUse: inUse(slot, content, { accepted: signing, refused: probed(dropped) }),
      inUseBefore: inUse(slot, content, { accepted: probed(dropped), refused: [] }),
    };
  });
  const edges = edgesOf(survey, new Set([issuer]));
  const whole = [...healthy(groups), ...sameData(stores)];
  const ready = gate(
    ground,
    "drop.ready",
    {
      seen: `Nobody shows generation ${number} of ${issuer} any more`,
      unseen: `Nobody that can be seen shows generation ${number} of ${issuer}; approve this step when nobody else does`,
    },
    [...edges, ...whole],
  );
  const keyPair = slots.some(isKeyPair);
  const heard: Heard = {
    ...ground,
    protocol: "bundle",
    targets: new Map([
      [issuer, { issuer, current: dropped, next: issuingGeneration(facts)!.number, keyPair }],
    ]),
  };
  const asked = after([...havingNext(heard, "drop"), ...soaked(heard, "drop")], ready);
  const renewed = keyPair ? tokensGone("drop", issuer, number, [ready.id]) : [];
  const gates = [...asked, ...renewed];
  const { forward, undo } = bothWays(survey, "drop", changes, { after: lastOf(gates) });
  const proved = barrier(
    "drop.proved",
    "It is turned away everywhere and found nowhere",
    [...gates, ...forward],
    [
      ...changes.flatMap((change) => change.inUse),
      { kind: "absent", issuer, generation: number },
      ...edges,
      ...whole,
    ],
  );
  const retired = dropped.stage === "retired";
  return {
    id: "drop",
    title: `Trust generation ${number} of ${issuer} no longer`,
    why: "Whoever steals its key, or still holds a leaf of it, is turned away.",
    steps: [
      ...gates,
      ...forward,
      proved,
      ...(retired ? [] : [stageStep("drop", issuer, number, "retired", [proved.id])]),
    ],
    rollback: [
      ...(retired ? [] : [unretire("drop", issuer, number, dropped.stage)]),
      ...undo,
      barrier("undo.drop.proved", "Every verifier lets it in again", undo, [
        ...edges,
        ...healthy(groups),
      ]),
    ],
  };
};
