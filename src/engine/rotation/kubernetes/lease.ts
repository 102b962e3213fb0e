import { parseTimestamp } from "../../../core/issuance/timestamp.ts";
import type { Instant } from "../../../core/model/certificate.ts";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";

/** What a Lease of coordination.k8s.io/v1 says. */
export interface LeaseFacts {
  /** "master-1_3caec64f-…": a host's name and a word of the process's own; a kubelet's is its node's name. */
  readonly holder: string;
  /** When this holder took it; absent where it never changes hands. */
  readonly acquiredAt?: Instant;
  readonly renewedAt: Instant;
  /** Milliseconds after a renewal for which it holds. */
  readonly duration: number;
}

/** Undefined when nobody has it. */
export const leaseFacts = (lease: KubernetesObject | undefined): LeaseFacts | undefined => {
  const { holderIdentity, acquireTime, renewTime, leaseDurationSeconds } = (lease?.["spec"] ??
    {}) as Readonly<Record<string, unknown>>;
  const renewedAt = instantOf(renewTime);
  // A holder that gives it up on leaving puts an empty name there (client-go, leaderelection.go, release).
  if (typeof holderIdentity !== "string" || holderIdentity === "" || renewedAt === undefined) {
    return undefined;
  }
  const acquiredAt = instantOf(acquireTime);
  return {
    holder: holderIdentity,
    renewedAt,
    duration: Number(leaseDurationSeconds ?? 0) * 1000,
    ...(acquiredAt === undefined ? {} : { acquiredAt }),
  };
};

const instantOf = (time: unknown): Instant | undefined =>
  typeof time === "string" ? parseTimestamp(time) : undefined;

/** A process's start is known to 20 ms; a lease's times are its own process's. */
const tolerance = 20;

/**
 * Why it is not the lease of the process that started then; undefined: it is. `now` is by the holder's own clock, as
 * the lease's times are.
 */
export const whyNotHeld = (
  lease: LeaseFacts,
  process: { readonly startedAt: Instant } | undefined,
  now: Instant,
): string | undefined => {
  const age = now - lease.renewedAt;
  if (age > lease.duration) {
    return `was renewed last ${Math.round(age / 1000)} s ago, and holds for ${lease.duration / 1000} s`;
  }
  const since = lease.acquiredAt ?? lease.renewedAt;
  return process !== undefined && since + tolerance < process.startedAt
    ? "is still that of the process before"
    : undefined;
};
