import type { SlotId } from "../../src/core/model/inventory.ts";

/**
 * When something goes wrong: after the engine's nth call of a port (observe, perform, append), and so many milliseconds later.
 * Calls measure how far a run is, whatever its length.
 */
export interface Trigger {
  readonly call: number;
  readonly later: number;
}

/** One thing that goes wrong. A run's faults are a list, so that the smallest list that still fails can be looked for. */
export type Fault =
  /** The nth effect never arrives, or is carried out and its answer lost, or only half of it is done. */
  | { readonly kind: "effect"; readonly nth: number; readonly how: EffectFault }
  /** The nth look at the world sees nothing. */
  | { readonly kind: "blind-look"; readonly nth: number; readonly count: number }
  /** The nth record is written badly. */
  | { readonly kind: "append"; readonly nth: number; readonly how: AppendFault }
  /** certwright is killed; the operator calls resume `back` milliseconds later. */
  | { readonly kind: "engine-killed"; readonly at: Trigger; readonly back: number }
  /** Killed right after the nth record became durable, before certwright knows of it. */
  | { readonly kind: "killed-after-record"; readonly nth: number; readonly back: number }
  /** Stopped (SIGSTOP, a laptop's lid) and woken up later. */
  | { readonly kind: "engine-frozen"; readonly at: Trigger; readonly lasting: number }
  /** The operator's machine cannot reach a node. */
  | { readonly kind: "cut"; readonly at: Trigger; readonly node: number; readonly lasting: number }
  /** A program dies and its service manager starts it again. */
  | {
      readonly kind: "crash";
      readonly at: Trigger;
      readonly consumer: number;
      readonly lasting: number;
    }
  | {
      readonly kind: "clock-step";
      readonly at: Trigger;
      readonly node: number;
      readonly by: number;
    }
  | {
      readonly kind: "clock-drift";
      readonly at: Trigger;
      readonly node: number;
      readonly rate: number;
    }
  /** The nth restart takes so much longer. */
  | { readonly kind: "slow-restart"; readonly nth: number; readonly extra: number }
  /** The program that the nth restart starts still sees the old files. */
  | { readonly kind: "stale-start"; readonly nth: number }
  /** A person changes a file. */
  | { readonly kind: "edit"; readonly at: Trigger; readonly slot: number; readonly how: Edit }
  /** A person calls `kubeadm certs renew all` on a master: new leaves and keys from the CAs that kubeadm finds there. */
  | { readonly kind: "kubeadm-renew"; readonly at: Trigger; readonly node: number }
  /** A second person calls apply on the same plan. */
  | { readonly kind: "second-apply"; readonly at: Trigger }
  | { readonly kind: "pause"; readonly at: Trigger; readonly lasting: number }
  | { readonly kind: "rollback"; readonly at: Trigger }
  /** The estate changes between plan and apply. */
  | { readonly kind: "estate-changed"; readonly slot: number };

export type EffectFault = "lost" | "answer-lost" | "half" | "refused";
export type AppendFault = "refused" | "there-all-the-same" | "torn";
/** "restore-old": what was there before the run; "add": another CA beside; "touch": new bytes, same certificates. */
export type Edit = "restore-old" | "add" | "touch";

export type FaultKind = Fault["kind"];

/** A fault in few words, for tables. */
export const describeFault = (fault: Fault, slots: readonly SlotId[]): string => {
  const { kind, ...rest } = fault;
  const facts = Object.entries(rest).map(([name, value]) => {
    if (name === "at") {
      const { call, later } = value as Trigger;
      return `after call ${call}${later > 0 ? ` + ${later} ms` : ""}`;
    }
    if (name === "slot") return `${slots[Number(value) % slots.length]}`;
    return `${name} ${String(value)}`;
  });
  return `${kind} (${facts.join(", ")})`;
};
