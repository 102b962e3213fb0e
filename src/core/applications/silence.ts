import type { Instant } from "../model/certificate.ts";
import { startOf } from "./freshness.ts";
import type { Pod } from "./pod.ts";

/** What the audit logs of all API servers tell, over the same time. */
export interface Heard {
  /** UIDs of pods whose tokens somebody used, with what that called itself (user agents). */
  readonly pods: ReadonlyMap<string, ReadonlySet<string>>;
  /** Every request since then is in the logs. */
  readonly since: Instant;
}

/**
 * Whether a pod has run all the while and asked no API server for anything. Somebody has to have been heard: a policy
 * that notes no requests of ServiceAccounts would silence everybody.
 */
export const isSilent = (pod: Pod, { pods, since }: Heard): boolean => {
  const { uid } = pod.metadata;
  const started = startOf(pod);
  return pods.size > 0 && uid !== undefined && !pods.has(uid) && started > 0 && started <= since;
};
