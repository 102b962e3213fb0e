import { readsByItself } from "../reads-by-itself.ts";
import type { Content } from "../../model/claim.ts";
import type { Slot, SlotFault } from "../../model/inventory.ts";
import type { Phase, Step } from "../../model/plan.ts";
import { checkBundles } from "../checks/bundles.ts";
import { checkSharedSigners, checkSigningKeys } from "../checks/signing-keys.ts";
import { checkConnections } from "../checks/connections.ts";
import { checkGround } from "../checks/check-ground.ts";
import { checkIssuers } from "../checks/issuers.ts";
import type { PlanFinding } from "../finding.ts";
import type { Ground } from "../ground.ts";
import { keyPairsIn } from "../key-pairs.ts";
import { barrier, healthy, sameData } from "../phases/barrier.ts";
import { bothWays } from "../phases/both-ways.ts";
import { havingNext, type Heard } from "../phases/holders.ts";
import { preflight } from "../phases/preflight.ts";
import { signerOf } from "../phases/contents.ts";
import { edgesOf, inUse, probed } from "../phases/proofs.ts";
import { signAgain, stageStep } from "../phases/stages.ts";
import { stage } from "../phases/stage.ts";
import { expected, step } from "../phases/step.ts";
import { bundleIn, presentedGeneration } from "../survey.ts";
import { targetsOf, type Target } from "../work.ts";
import { withoutFaults } from "./without-faults.ts";
import { refused, type Drafted } from "./drafted.ts";
import { groundOf, type Drawing } from "./drawing.ts";

/** What is written anew from nothing but our own certificates and keys need not have been in order. */
const overwritten: Readonly<Record<Slot["role"], readonly SlotFault["kind"][]>> = {
  presents: [],
  trusts: ["private-key", "order"],
  signs: ["key-mismatch"],
};

/**
 * The issuer's key is in wrong hands, or has expired: as few steps as there can be, and connections fail from the
 * first write until the last restart. What has to be there is only what is written to.
 */
export const draftReplacement = (
  drawing: Drawing,
  wanted: { readonly issuer: string },
): Drafted => {
  const { survey, now } = drawing;
  const names = new Set([wanted.issuer]);
  const unfit = checkIssuers(survey, [wanted.issuer], now).filter(
    ({ rule }) => rule !== "ca-expired",
  );
  if (unfit.length > 0) return refused(unfit);
  if (keyPairsIn(survey).has(wanted.issuer)) return refused([replacedSlowly(wanted.issuer)]);
  const slots = survey.inventory.slots.filter(({ issuer }) => names.has(issuer));
  const all = groundOf(drawing, names, slots);
  // Every leaf and bundle is written anew: what they are like now is no reason to wait.
  const ground: Ground = { ...all, healed: new Set(), behind: [] };
  const findings = [
    ...checkGround({
      ...ground,
      slots: slots.map((slot) => withoutFaults(slot, overwritten[slot.role])),
    }).filter(({ rule }) => rule !== "member-unhealthy" && rule !== "served-other"),
    ...checkBundles(survey, names),
    ...checkSigningKeys(survey, names),
    ...checkSharedSigners(survey, names),
  ];
  if (findings.length > 0) return refused(findings);
  const targets = targetsOf(survey, [wanted.issuer]);
  const target = targets.get(wanted.issuer)!;
  // Nobody can take a snapshot of a group that nobody can connect to.
  const reachable = target.current.notAfter > now ? ground : { ...ground, groups: [], stores: [] };
  const replacing = replace(ground, target);
  const broken = checkConnections(
    drawing.model,
    replacing.steps,
    new Set(slots.map(({ id }) => id)),
  );
  if (broken.length > 0) return refused(broken);
  return {
    ok: true,
    goal: { kind: "replace-key", issuer: wanted.issuer },
    phases: [backupOnly(reachable), stage({ targets, protocol: "bundle" }), replacing],
    blind: ground.blind,
    outage: new Set(["replace"]),
  };
};

/** All at once it would turn every pod away from the API, the network's and the controllers' among them. */
const replacedSlowly = (issuer: string): PlanFinding => ({
  rule: "tokens-everywhere",
  subject: issuer,
  text: `${issuer} signs the tokens of every pod: without the old key no pod reaches the API until its token has been renewed`,
  evidence: [],
  cure: `rotate it, and replace the pods instead of waiting: certwright plan rotate ${issuer}`,
});

/** A file of its own that is not there yet is written like one that is, and taken back by what it would have held. */
const signerChange = (slot: Slot, { issuer, current, next }: Target) => ({
  slot,
  content: signerOf(issuer, next),
  before:
    slot.holds === undefined ? signerOf(issuer, current.number) : ({ kind: "before" } as const),
  inUse: [],
  inUseBefore: [],
});

/** The group need not be whole for what follows. */
const backupOnly = (ground: Ground): Phase => {
  const { id, title, rollback, steps } = preflight(ground);
  return {
    id,
    title,
    rollback,
    why: "Before the first write there is a copy that is known to restore.",
    steps: steps.filter(({ effect }) => effect.kind === "backup.create"),
  };
};

const replace = (ground: Ground, target: Target): Phase => {
  const { issuer, current, next } = target;
  const { survey, slots, groups, stores } = ground;
  const changes = slots.map((slot) => {
    if (slot.role === "signs") return signerChange(slot, target);
    const trusts = slot.role === "trusts";
    const content: Content = trusts
      ? { kind: "bundle", issuer, generations: [next], others: bundleIn(survey, slot).others }
      : { kind: "leaf", issuer, generation: next, key: "same" };
    const former = presentedGeneration(survey, slot)?.number;
    const was: Content =
      former === undefined
        ? { kind: "before" }
        : { kind: "leaf", issuer, generation: former, key: "same" };
    return {
      slot,
      content,
      before: { kind: "before" } as const,
      inUse: inUse(slot, content, { accepted: [next], refused: probed(current) }),
      inUseBefore: inUse(slot, was, { accepted: probed(current), refused: [] }),
    };
  });
  const restarts = new Set(
    slots.flatMap(({ reload, consumer }) => (readsByItself({ reload }) ? [] : [consumer])),
  ).size;
  const seconds = Math.ceil((restarts * expected.restart + expected.issue) / 1000);
  const agreed = step({
    id: "replace.ready",
    title: `Let connections fail for about ${seconds} s, from the first write until the last of ${restarts} restarts`,
    proves: [],
    approval: true,
    expected: expected.person,
    risk: "from here on the old generation is worth nothing; taking this back trusts it again",
  });
  const sign = stageStep("replace", issuer, next, "issuing", [agreed.id]);
  const { forward, undo } = bothWays(survey, "replace", changes, {
    after: [sign.id],
    outage: true,
  });
  const steps: readonly Step[] = [agreed, sign, ...forward];
  const edges = edgesOf(survey, new Set([issuer]));
  const proved = barrier(
    "replace.proved",
    "The old generation is turned away everywhere, and everybody is back",
    steps,
    [
      ...changes.flatMap((change) => change.inUse),
      { kind: "absent", issuer, generation: current.number },
      ...edges,
      ...healthy(groups),
      ...sameData(stores),
    ],
  );
  // Nobody is waited for while the key is in wrong hands; that they were told is seen before the run is closed.
  const heard: Heard = { ...ground, protocol: "bundle", targets: new Map([[issuer, target]]) };
  const told = havingNext(heard, "replace", [proved.id]);
  const again = signAgain("replace", target, undo);
  return {
    id: "replace",
    title: "Show and trust the new generation only",
    why: `Everything is written at once, then whoever reads at its start only is restarted, one at a time. Connections fail meanwhile, for about ${seconds} s.`,
    steps: [
      ...steps,
      proved,
      stageStep("replace", issuer, current.number, "retired", [proved.id]),
      ...told,
    ],
    rollback: [
      ...undo,
      ...again,
      barrier(
        "undo.replace.proved",
        "Every connection verifies as before",
        [...undo, ...again],
        [...edges, ...healthy(groups)],
      ),
    ],
  };
};
