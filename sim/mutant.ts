import type { Plan } from "../src/core/model/plan.ts";
import type { HeldLease } from "../src/ports/lease.ts";
import type { Journal } from "../src/ports/journal.ts";
import type { World } from "../src/ports/world.ts";
import { type Rules, soundRules } from "./rules.ts";

/** A wrong planner or engine, made from the right one: what its author forgot. */
export interface Mutant {
  readonly name: string;
  /** What is wrong with it, one sentence. */
  readonly fault: string;
  /** Where it has to show; absent: over etcd. */
  readonly world?: "kubernetes";
  /** The planner's mistake. */
  readonly plan?: (plan: Plan) => Plan;
  /** The engine's mistakes, as its ports see them. */
  readonly eyes?: (world: World) => World;
  readonly journal?: (journal: Journal) => Journal;
  readonly lease?: (lease: HeldLease) => HeldLease;
  readonly rules?: Partial<Rules>;
  /** A lock that keeps nobody out. */
  readonly carelessLease?: boolean;
  /** Apply does not look whether the plan still fits the estate. */
  readonly acceptsStalePlans?: boolean;
}

export const sound: Mutant = { name: "", fault: "" };

export const rulesOf = ({ rules }: Mutant): Rules => ({ ...soundRules, ...rules });
