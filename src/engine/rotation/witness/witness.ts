import type { Outage } from "../../../core/run/gaps.ts";
import { addLoads, type WatchedLoad } from "../../../core/run/report.ts";
import type { Instant } from "../../../core/model/certificate.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Timer } from "../../../ports/timer.ts";

/** One more client for as long as an estate is changed: what it meets, others meet. */
export interface Witness {
  /** Ends it and tells what it saw. */
  stop(): Promise<WatchedLoad>;
}

/** One request, over a new connection: undefined once it was answered; else why not. */
export type Ask = (turn: number) => Promise<Unanswered | undefined>;

export interface Unanswered {
  readonly why: string;
  /** By somebody who was there. */
  readonly refused: boolean;
}

/** Milliseconds between two requests: a handshake each, so five a second are no load and no gap goes unseen. */
const pace = 200;
const failuresKept = 20;
/** A plan with more gaps than this one would be a long one. */
const outagesKept = 100;

/** Asks this group again and again. */
export const startWitness = (
  { clock, timer }: { readonly clock: Clock; readonly timer: Timer },
  group: string,
  ask: Ask,
): Witness => {
  const failures: { at: Instant; why: string }[] = [];
  const outages: Outage[] = [];
  let outage: Outage | undefined;
  let requests = 0;
  let failed = 0;
  let longestGapMs = 0;
  const watching = { stopped: false };
  let lastAnswer = clock.now();
  const end = (until: Instant): void => {
    if (outage !== undefined && outages.length < outagesKept) outages.push({ ...outage, until });
    outage = undefined;
  };
  const work = async (): Promise<void> => {
    for (let turn = 0; !watching.stopped; turn++) {
      const at = clock.now();
      const unanswered = await ask(turn);
      const now = clock.now();
      requests += 1;
      longestGapMs = Math.max(longestGapMs, now - lastAnswer);
      if (unanswered === undefined) {
        end(now);
        lastAnswer = now;
      } else {
        const { why, refused } = unanswered;
        failed += 1;
        if (failures.length < failuresKept) failures.push({ at, why });
        outage ??= { group, from: lastAnswer, until: now, failed: 0, refused: false, why };
        outage = { ...outage, failed: outage.failed + 1, refused: outage.refused || refused };
      }
      await timer.sleep(pace);
    }
    end(clock.now());
  };
  const working = work();
  return {
    stop: async () => {
      watching.stopped = true;
      await working;
      return { requests, failed, longestGapMs, failures, outages };
    },
  };
};

/** Several as one. */
export const together = (witnesses: readonly Witness[]): Witness => ({
  stop: async () => {
    const nothing: WatchedLoad = {
      requests: 0,
      failed: 0,
      longestGapMs: 0,
      failures: [],
      outages: [],
    };
    return (await Promise.all(witnesses.map((one) => one.stop()))).reduce(addLoads, nothing);
  },
});
