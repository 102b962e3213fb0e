import type { Claim, Proof } from "../core/model/claim.ts";
import type { Outcome } from "../core/model/journal.ts";
import type { Effect, StepId } from "../core/model/plan.ts";
import type { Aborting } from "./timer.ts";

/** Which try of which step an effect belongs to; the same try sent twice is one. */
export interface Attempt {
  readonly run: string;
  readonly step: StepId;
  readonly number: number;
  /** Fencing: a world that has seen a higher one refuses. */
  readonly epoch: number;
}

/** What somebody who waits for an effect hears of it, and has to say to it. */
export interface Meanwhile {
  /** What is waited for at the moment, in words without a full stop; told anew now and then also when it is the same. */
  tell(words: string): void;
  /** Aborts when the run shall stop: an effect that only waits any more, and that can be waited for again, ends then. */
  readonly hurry?: Aborting;
  /** Milliseconds without progress after which waiting for what others do ends: those of the run (--wait). */
  readonly patience?: number;
}

/** Without proofs: those are observed apart. */
export type Performed = { readonly kind: "done" } | Exclude<Outcome, { readonly kind: "done" }>;

/**
 * The engine's eyes and hands, the only way from it to anything outside. Neither ever throws or hangs: what cannot be
 * seen is "unknowable", what may or may not have happened is "unknown", and each has its own deadline.
 */
export interface World {
  /** One proof for each claim, in order; independent ones are looked at side by side. */
  observe(claims: readonly Claim[]): Promise<readonly Proof[]>;
  perform(effect: Effect, attempt: Attempt, meanwhile?: Meanwhile): Promise<Performed>;
}
