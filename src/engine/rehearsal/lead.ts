import type { EtcdCluster } from "../../core/model/estate.ts";
import type { ConsumerId } from "../../core/model/inventory.ts";
import type { Plan } from "../../core/model/plan.ts";
import { takenAwayBy } from "../../core/plan/taken-away.ts";
import { closeAll, connectAll } from "../etcd/connect.ts";
import type { RotationPorts } from "../rotation/ports.ts";
import { rootCredentials } from "../rotation/root-client.ts";

/** The one of a program's instances that the plan takes for the leader: the one that it restarts last. */
export const leaderOf = ({ phases }: Plan, program: string): ConsumerId | undefined =>
  phases
    .flatMap(({ steps }) => steps)
    .flatMap(({ effect }) => takenAwayBy(effect))
    .findLast((consumer) => consumer.endsWith(`/${program}`));

/**
 * Lets the same member lead the copy as the plan found leading, so that the copy's plan has the same order. Where that
 * does not come about the order differs, which is told.
 */
export const leadAsPlanned = async (
  { etcd, authority }: RotationPorts,
  scratch: EtcdCluster,
  plan: Plan,
  deadline: number,
): Promise<void> => {
  const credentials = await rootCredentials(authority, scratch.issuers);
  const connected = await connectAll(etcd, scratch, credentials, deadline);
  try {
    const states = await Promise.all(
      connected.map(async ({ member, connection }) => {
        const status = await connection.status();
        return { member, connection, status };
      }),
    );
    const wanted = states.find(({ member }) => `${member.name}/etcd` === leaderOf(plan, "etcd"));
    const leader = states.find(
      ({ status }) => status.ok && status.value.leaderId === status.value.memberId,
    );
    if (wanted?.status.ok !== true || leader === undefined || leader === wanted) return;
    await leader.connection.moveLeader(wanted.status.value.memberId);
  } finally {
    closeAll(connected);
  }
};
