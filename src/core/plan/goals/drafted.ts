import type { BlindSpot } from "../../model/inventory.ts";
import type { Goal, Phase } from "../../model/plan.ts";
import type { PlanFinding } from "../finding.ts";

/** A plan before it was walked and sealed, or why there is none. */
export type Drafted = Draft | { readonly ok: false; readonly findings: readonly PlanFinding[] };

export interface Draft {
  readonly ok: true;
  readonly goal: Goal;
  readonly reason?: string;
  readonly phases: readonly Phase[];
  readonly blind: readonly BlindSpot[];
  /** Phases in which connections may fail, because that is what was asked for. */
  readonly outage?: ReadonlySet<string>;
}

export const refused = (findings: readonly PlanFinding[]): Drafted => ({ ok: false, findings });
