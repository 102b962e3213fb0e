import type { Digests } from "../model/cryptography.ts";
import type { Instant } from "../model/certificate.ts";
import type { Inventory } from "../model/inventory.ts";
import type { ExternalCa, Goal, Plan, Protocol } from "../model/plan.ts";
import { digestOf } from "../inventory/digest-of.ts";
import { partsOf } from "../inventory/parts.ts";
import { breachFinding } from "./breach-finding.ts";
import { checkSignersStart } from "./checks/signers-start.ts";
import type { PlanFinding } from "./finding.ts";
import type { Drafted } from "./goals/drafted.ts";
import type { Drawing } from "./goals/drawing.ts";
import { failure } from "../errors/certwright-error.ts";
import { askingLeaves } from "./goals/ask-leaves.ts";
import { draftDrop } from "./goals/drop-trust.ts";
import { draftRenewal } from "./goals/renew.ts";
import { draftReplacement } from "./goals/replace-key.ts";
import { draftRotation } from "./goals/rotate.ts";
import { withoutAbsentClients } from "./ground.ts";
import { planLifetime, runAllowance } from "./limits.ts";
import { sealPlan } from "./seal.ts";
import { surveyOf } from "./survey.ts";
import { modelOf } from "./walk/model.ts";
import { walkModel } from "./walk/walk.ts";

export type Planned =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly findings: readonly PlanFinding[] };

export interface PlanOptions {
  readonly now: Instant;
  readonly digests: Digests;
  /** Milliseconds after which apply refuses the plan; a day without it. */
  readonly expiresIn?: number;
  /** Milliseconds for which nobody may have used an old generation before it is dropped, as far as audit logs tell. */
  readonly soak?: number;
}

/** What is asked for: a rotation may leave its protocol to the planner. */
export type Wanted =
  | Exclude<Goal, { readonly kind: "rotate" }>
  | {
      readonly kind: "rotate";
      readonly issuers: readonly string[];
      readonly protocol?: Protocol;
      readonly external?: ExternalCa;
    };

/**
 * A plan for a goal over an inventory, or why none can be made safely. Changes nothing, asks nobody. Every plan has
 * been walked through a model of the estate; one that breaks a connection there is not given out.
 */
export const planFor = (
  wanted: Wanted,
  whole: Inventory,
  { now, digests, expiresIn = planLifetime, soak }: PlanOptions,
): Planned => {
  const { inventory, absent } = withoutAbsentClients(whole);
  const expiresAt = now + expiresIn;
  const survey = surveyOf(inventory);
  const blind = [...inventory.blind, ...absent];
  const silenced =
    wanted.kind === "rotate" && wanted.external?.leaves !== undefined ? wanted.issuers : [];
  const model = modelOf(survey, now, new Set(silenced));
  const mustLastUntil = expiresAt + runAllowance;
  const drafted = draft(wanted, {
    survey,
    model,
    now,
    mustLastUntil,
    blind,
    ...(soak === undefined ? {} : { soak }),
  });
  if (!drafted.ok) return drafted;
  const { goal, reason, outage } = drafted;
  const phases = askingLeaves(survey, drafted.phases);
  const unstartable = checkSignersStart(survey, phases);
  if (unstartable.length > 0) return { ok: false, findings: unstartable };
  const breach = walkModel({ phases }, model, outage);
  if (breach !== undefined) return { ok: false, findings: [breachFinding(breach, survey)] };
  const parts = partsOf(whole, digests);
  const plan = sealPlan(
    {
      format: "certwright.plan/1",
      goal,
      ...(reason === undefined ? {} : { reason }),
      basis: { inventory: digestOf(parts, digests), estate: whole.estate, parts },
      createdAt: now,
      expiresAt,
      phases,
      blind: drafted.blind,
      ...holdersOf(inventory, phases),
    },
    digests,
  );
  return { ok: true, plan };
};

/** Those that any claim of the plan is about. */
const holdersOf = ({ holders = [] }: Inventory, phases: Plan["phases"]): Pick<Plan, "holders"> => {
  const named = new Set(
    phases.flatMap(({ steps }) =>
      steps.flatMap(({ proves }) =>
        proves.flatMap((claim) => (claim.kind === "informed" ? [claim.holder] : [])),
      ),
    ),
  );
  return named.size === 0 ? {} : { holders: holders.filter(({ name }) => named.has(name)) };
};

const draft = (wanted: Wanted, drawing: Drawing): Drafted => {
  switch (wanted.kind) {
    case "rotate":
      return draftRotation(drawing, wanted);
    case "renew":
      return draftRenewal(drawing, wanted);
    case "replace-key":
      return draftReplacement(drawing, wanted);
    case "drop-trust":
      return draftDrop(drawing, wanted);
    case "recover":
      throw failure("recovery.other-planner", { cluster: wanted.cluster });
    case "recover-mesh":
      throw failure("mesh.other-planner", { namespace: wanted.namespace });
  }
};
