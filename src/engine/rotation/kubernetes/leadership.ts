import type { ConsumerId } from "../../../core/model/inventory.ts";
import type { PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { leaseFacts, whyNotHeld } from "./lease.ts";

/** Who works for a group of stand-ins, of which one at a time does. */
export interface Leadership {
  /** Absent: nobody does, or somebody who is not in the estate. */
  readonly leader?: ConsumerId;
  /** What is wrong with it, in words. */
  readonly fault?: string;
}

/** Of a program's lease. */
export const leasePath = (program: string): string =>
  `/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/${program}`;

/** The host's name in a holder's. */
export const hostOf = (holder: string): string => holder.slice(0, holder.lastIndexOf("_"));

/** By the lease in kube-system that controller-managers and schedulers have under their programs' names. */
export const leadershipOf = async (
  look: Look,
  members: readonly PlacedConsumer[],
): Promise<Leadership> => {
  const name = members[0]!.program;
  const words = `lease kube-system/${name}`;
  const found = await look.get(leasePath(name));
  if (!found.ok) return { fault: `${words}: ${found.why}` };
  const lease = leaseFacts(found.value);
  if (lease === undefined) return { fault: `${words}: nobody holds it` };
  const host = hostOf(lease.holder);
  const holder = await atHost(look, members, host);
  if (holder === undefined) {
    return { fault: `${words} is held by ${host}, which is no node of the control plane` };
  }
  const leader = holder.id;
  const [process, skew] = await Promise.all([look.process(leader), look.skew(holder.node)]);
  if (!skew.ok) return { leader, fault: `${words}: ${skew.why}` };
  const now = look.at.ports.clock.now() + skew.value;
  const why = whyNotHeld(lease, process.ok ? process.value : undefined, now);
  if (why !== undefined) return { leader, fault: `${words}, held by ${host}, ${why}` };
  // Who cannot start a controller ends right after it has begun to lead, and before the next renewal 2 s later.
  return lease.acquiredAt !== undefined && lease.renewedAt <= lease.acquiredAt
    ? { leader, fault: `${host} has only just taken the ${words}` }
    : { leader };
};

/** A node is called like its host, unless somebody has given it another name (--hostname-override). */
const atHost = async (
  look: Look,
  members: readonly PlacedConsumer[],
  host: string,
): Promise<PlacedConsumer | undefined> => {
  const named = members.find(({ node }) => node?.name === host);
  if (named !== undefined) return named;
  for (const member of members) {
    const found = await look.hostname(member.node);
    if (found.ok && found.value === host) return member;
  }
  return undefined;
};
