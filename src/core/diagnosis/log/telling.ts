import type { Cause, Whose } from "./cause.ts";
import type { LogEvent } from "./event.ts";

/** A remote that is this machine itself: an etcd member dials itself, and its noise is no client's fault (etcd #9785). */
export const isLoopback = (remote: string | undefined): boolean =>
  remote !== undefined && /^(?:127\.|::1$)/.test(remote);

/**
 * Lines that tell this cause about that side's certificate, the latest first. Lines of a program about itself
 * (loopback) come last: they are the reason only when nothing else is.
 */
export const linesTelling = (
  log: readonly LogEvent[],
  cause: Cause,
  whose?: Whose,
): readonly LogEvent[] =>
  log
    .filter(({ told }) => told?.cause === cause && (whose === undefined || told.whose === whose))
    .toReversed()
    .toSorted((a, b) => Number(isLoopback(a.remote)) - Number(isLoopback(b.remote)));
