import type { Instant } from "./certificate.ts";
import type { Proof } from "./claim.ts";
import type { Digest, SlotId } from "./inventory.ts";
import type { StepId } from "./plan.ts";

/** One record of a run, durable before anything that follows from it happens. */
export interface Entry {
  /** 1, 2, … without a gap. */
  readonly sequence: number;
  /** Hash of the entry before; 64 zeros for the first. */
  readonly previous: Digest;
  /** Fencing: which holder of the estate's lease wrote it. Never falls. */
  readonly epoch: number;
  readonly at: Instant;
  readonly event: RunEvent;
  /** SHA-256 over all fields above in their canonical JSON. */
  readonly hash: Digest;
}

export type RunEvent =
  | {
      readonly kind: "run.opened";
      readonly run: string;
      readonly plan: Digest;
      readonly by: string;
    }
  /** Another process goes on with the run. */
  | { readonly kind: "run.resumed"; readonly by: string }
  | { readonly kind: "step.approved"; readonly step: StepId; readonly by: string }
  | { readonly kind: "blind.accepted"; readonly id: string; readonly by: string }
  /** Somebody vouches for what cannot be seen from here; `name` as `vouchName` has it. */
  | {
      readonly kind: "claim.acknowledged";
      readonly name: string;
      readonly by: string;
      readonly note: string;
    }
  /** Durable BEFORE the effect leaves. */
  | { readonly kind: "step.intended"; readonly step: StepId; readonly attempt: number }
  | { readonly kind: "step.settled"; readonly step: StepId; readonly outcome: Outcome }
  /** From here on the phases' rollback lists are carried out, the last begun phase first. */
  | { readonly kind: "rollback.begun"; readonly by: string; readonly why: string }
  /** Steps that were done are done again, and what stands in these slots is written over, whoever wrote it. */
  | {
      readonly kind: "repair.ordered";
      readonly slots: readonly SlotId[];
      readonly steps: readonly StepId[];
      readonly by: string;
    }
  /** What an earlier step left is not there any more: nothing more is done before somebody looked. */
  | { readonly kind: "drift.found"; readonly step: StepId; readonly proofs: readonly Proof[] }
  | { readonly kind: "run.paused"; readonly by: string; readonly why: string }
  | {
      readonly kind: "run.closed";
      readonly verdict: "reached" | "rolled-back" | "abandoned";
      readonly why?: string;
    };

export type Outcome =
  /** The proofs of the step's claims. `effect` false: they held already, nothing was sent. */
  | { readonly kind: "done"; readonly effect: boolean; readonly proofs: readonly Proof[] }
  /** Nothing was changed. */
  | { readonly kind: "refused"; readonly failure: StepFailure }
  /** It may or may not have happened: whoever goes on looks first. */
  | { readonly kind: "unknown"; readonly failure: StepFailure };

export interface StepFailure {
  /** Code of the error registry. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** "now": at once again; "later": after a while (a node is away); "never": somebody has to do something. */
  readonly retry: "now" | "later" | "never";
  /** Claims that did not hold, when that is why. */
  readonly proofs?: readonly Proof[];
}
