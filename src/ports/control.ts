import type { Aborting } from "./timer.ts";

/** What the people at a run's switches want. */
export interface Control {
  /** Asked before each step and while waiting. Undefined: go on. */
  wish(): Promise<Wish | undefined>;
  /** Aborts when waiting shall end early because there is a wish; a step that has begun is finished all the same. */
  readonly hurry?: Aborting;
}

/** To stop after the current step. */
export interface Wish {
  readonly kind: "pause" | "interrupt";
  readonly by: string;
  readonly why: string;
}
