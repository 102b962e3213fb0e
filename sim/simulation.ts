import type { Claim } from "../src/core/model/claim.ts";
import type { Plan, Step, StepId } from "../src/core/model/plan.ts";
import type { RunView } from "./checks/journal.ts";
import type { Chance } from "./chance.ts";
import type { SimulatedEstate } from "./estate/state.ts";
import type { FaultBook } from "./faults/fault-book.ts";
import type { History } from "./history.ts";
import type { Schedule } from "./schedule.ts";

/** A process that runs certwright: it can be killed, frozen and woken up, and there can be two. */
export interface EngineProcess {
  readonly name: string;
  alive: boolean;
  /** Virtual moment until which it does not notice anything. */
  frozenUntil: number;
  /** When the world was last looked at for it. */
  lookedAt: number;
  /** The same at the moment when it made up its mind about a step. */
  readonly lookedBefore: Map<StepId, number>;
  /** Whether all of these claims held when it looked at them last. */
  readonly shown: Map<readonly Claim[], boolean>;
}

/** A rule that was broken. */
export interface Violation {
  /** Stable word: "edge-verifies". */
  readonly principle: string;
  readonly detail: string;
  readonly at: number;
}

/** One seeded world while it runs. */
export interface Simulation {
  readonly run: string;
  readonly schedule: Schedule;
  readonly history: History;
  readonly estate: SimulatedEstate;
  readonly book: FaultBook;
  /** For delays and for what a crash leaves behind. */
  readonly chance: Chance;
  /** Milliseconds that a call to a node takes at most. */
  readonly latency: number;
  violation: Violation | undefined;
  /** Whether a promise was settled since the last look: then microtasks have to run. */
  woken: boolean;
  /** What is carried out, once somebody planned. */
  plan: Plan | undefined;
  /** Steps as the sound planner makes them, for checks that a mutant's own plan must not weaken. */
  soundPlan: ReadonlyMap<StepId, Step> | undefined;
  readonly view: RunView;
  /** When the outside world last changed, and when it last did so through anybody but us. */
  changedAt: number;
  disturbedAt: number;
  /** Virtual moment from which on nothing goes wrong any more. */
  readonly healAt: number;
  /** Since when the group has its present leader, or none. */
  ledSince: number;
  /** Certificates were issued, this many. */
  issued: number;
  /** Highest epoch that an effect or a record came with. */
  epoch: number;
  /** Called after each change of the outside world. */
  changed(why: string): void;
  /** Called when a fault's moment has come. */
  strike(later: number, fault: FaultBook["faults"][number]): void;
}

export const violate = (simulation: Simulation, principle: string, detail: string): void => {
  simulation.history.record("check", principle, detail);
  simulation.violation ??= { principle, detail, at: simulation.schedule.now() };
};

/** Lets something reach a process: later when it is frozen, never when it is dead. */
export const deliver = (
  simulation: Simulation,
  process: EngineProcess,
  milliseconds: number,
  arrives: () => void,
): void => {
  const { schedule } = simulation;
  const attempt = (): void => {
    if (!process.alive) return;
    const frozen = process.frozenUntil - schedule.now();
    if (frozen > 0) {
      schedule.after(frozen, attempt);
      return;
    }
    simulation.woken = true;
    arrives();
  };
  schedule.after(milliseconds, attempt);
};

/** How long one message takes this time. */
export const delay = ({ chance, latency }: Simulation): number => 1 + chance.below(latency);

/** Counts a call of a port and lets loose what was waiting for it. */
export const countCall = (simulation: Simulation): void => {
  for (const { fault, later } of simulation.book.call()) simulation.strike(later, fault);
};
