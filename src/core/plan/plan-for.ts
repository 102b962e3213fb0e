import type { Digests } from "../model/cryptography.ts";
import type { Instant } from "../model/certificate.ts";
import type { GenerationFacts, Inventory, IssuerFacts } from "../model/inventory.ts";
import type { Goal, Plan, Protocol } from "../model/plan.ts";
import { digestOf } from "../inventory/digest-of.ts";
import { partsOf } from "../inventory/parts.ts";
import type { PlanFinding } from "./finding.ts";
import { planLifetime, runAllowance } from "./limits.ts";
import { protocols } from "./rotate.ts";
import { issuingGeneration, surveyOf } from "./survey.ts";
import { walk } from "./walk/walk.ts";
import type { Target, Work } from "./work.ts";

export type Planned =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly findings: readonly PlanFinding[] };

export interface PlanOptions {
  readonly now: Instant;
  readonly digests: Digests;
  /** Milliseconds after which apply refuses the plan. */
  readonly expiresIn?: number;
}

/** What is asked for: a rotation may leave the protocol to the planner. */
export type Wanted =
  | Exclude<Goal, { readonly kind: "rotate" }>
  | { readonly kind: "rotate"; readonly issuers: readonly string[]; readonly protocol?: Protocol };

/** The number of the generation to come: one that an earlier run has made and nobody uses yet, else the next one. */
const nextNumber = ({ generations }: IssuerFacts, current: GenerationFacts): number =>
  generations.find(
    ({ number, stage, canSign }) =>
      number > current.number && canSign && (stage === "staged" || stage === "trusted"),
  )?.number ?? Math.max(...generations.map(({ number }) => number)) + 1;

/** Plan for a goal over an inventory, or why none can be made safely. Changes nothing, asks nobody. */
export const planFor = (wanted: Wanted, inventory: Inventory, options: PlanOptions): Planned => {
  if (wanted.kind !== "rotate") throw new RangeError(wanted.kind);
  const survey = surveyOf(inventory);
  const { now, digests, expiresIn = planLifetime } = options;
  const expiresAt = now + expiresIn;
  const targets = new Map<string, Target>();
  for (const name of wanted.issuers) {
    const issuer = survey.issuers.get(name)!;
    const current = issuingGeneration(issuer)!;
    targets.set(name, { issuer: name, current, next: nextNumber(issuer, current) });
  }
  const slots = inventory.slots.filter(
    ({ issuer, holds }) => targets.has(issuer) && holds !== undefined,
  );
  const protocol = wanted.protocol ?? "bundle";
  const groups = new Set(
    slots.flatMap(({ consumer }) => survey.consumers.get(consumer)?.group ?? []),
  );
  const work: Work = {
    survey,
    now,
    mustLastUntil: expiresAt + runAllowance,
    targets,
    protocol,
    slots,
    groups: [...groups],
    healed: new Set(),
  };
  const phases = protocols[protocol](work);
  const parts = partsOf(inventory, digests);
  const content: Omit<Plan, "digest"> = {
    format: "certwright.plan/1",
    goal: { ...wanted, protocol },
    basis: { inventory: digestOf(parts, digests), estate: inventory.estate, parts },
    createdAt: now,
    expiresAt,
    phases,
    blind: inventory.blind,
  };
  const breach = walk(content, inventory, now);
  if (breach !== undefined) {
    return {
      ok: false,
      findings: [
        {
          rule: "breach",
          subject: breach.edge ?? breach.slots.join(", "),
          text: `the plan would break a connection in its phase ${breach.phase}`,
          evidence: [JSON.stringify(breach)],
          cure: "report it with the inventory: certwright made a wrong plan and refuses to use it",
        },
      ],
    };
  }
  return { ok: true, plan: { ...content, digest: digestOf(content, digests) } };
};
