import { addLoads, type WatchedLoad } from "../../../core/run/report.ts";
import type { Instant } from "../../../core/model/certificate.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Timer } from "../../../ports/timer.ts";

/** One more client for as long as an estate is changed: what it meets, others meet. */
export interface Witness {
  /** Ends it and tells what it saw. */
  stop(): Promise<WatchedLoad>;
}

/** One request, over a new connection: undefined once it was answered; else why not, in words. */
export type Ask = (turn: number) => Promise<string | undefined>;

/** Milliseconds between two requests: a handshake each, so five a second are no load and no gap goes unseen. */
const pace = 200;
const failuresKept = 20;

/** Asks again and again. */
export const startWitness = (
  { clock, timer }: { readonly clock: Clock; readonly timer: Timer },
  ask: Ask,
): Witness => {
  const failures: { at: Instant; why: string }[] = [];
  let requests = 0;
  let failed = 0;
  let longestGapMs = 0;
  const watching = { stopped: false };
  let lastAnswer = clock.now();
  const work = async (): Promise<void> => {
    for (let turn = 0; !watching.stopped; turn++) {
      const at = clock.now();
      const why = await ask(turn);
      const now = clock.now();
      requests += 1;
      longestGapMs = Math.max(longestGapMs, now - lastAnswer);
      if (why === undefined) lastAnswer = now;
      else {
        failed += 1;
        if (failures.length < failuresKept) failures.push({ at, why });
      }
      await timer.sleep(pace);
    }
  };
  const working = work();
  return {
    stop: async () => {
      watching.stopped = true;
      await working;
      return { requests, failed, longestGapMs, failures };
    },
  };
};

/** Several as one. */
export const together = (witnesses: readonly Witness[]): Witness => ({
  stop: async () => {
    const nothing: WatchedLoad = { requests: 0, failed: 0, longestGapMs: 0, failures: [] };
    return (await Promise.all(witnesses.map((one) => one.stop()))).reduce(addLoads, nothing);
  },
});
