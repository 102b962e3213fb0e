import type { Instant } from "../src/core/model/certificate.ts";

/** A machine's wall clock: apart from the schedule's monotonic time, and as wrong as clocks are. */
export interface WallClock {
  readonly now: () => Instant;
  /** The clock jumps, forwards or back. */
  step(milliseconds: number): void;
  /** From now on it gains (or loses, below zero) so many milliseconds in each second. */
  drift(millisecondsPerSecond: number): void;
}

/** Where virtual time begins: 2026-12-01T00:00:00Z. */
export const epoch: Instant = 1_796_083_200_000;

export const createWallClock = (monotonic: () => number, skew: number): WallClock => {
  let offset = skew;
  let rate = 0;
  let since = 0;
  const drifted = (): number => ((monotonic() - since) / 1000) * rate;
  return {
    now: () => epoch + Math.round(monotonic() + offset + drifted()),
    step: (milliseconds) => {
      offset += milliseconds;
    },
    drift: (millisecondsPerSecond) => {
      offset += drifted();
      since = monotonic();
      rate = millisecondsPerSecond;
    },
  };
};
