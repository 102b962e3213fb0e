import { singleKey } from "../../core/estate/key-range.ts";
import type { EtcdCluster } from "../../core/model/estate.ts";
import { closeAll, connectAll } from "../etcd/connect.ts";
import type { RotationPorts } from "../rotation/ports.ts";
import { rootCredentials } from "../rotation/root-client.ts";

const betweenLooks = 200;
const callDeadline = 2000;

/** Undefined once every member has answered a linearizable read; what the last silent one said when that took too long. */
export const untilHealthy = async (
  { etcd, authority, clock, timer }: RotationPorts,
  cluster: EtcdCluster,
  deadline: number,
): Promise<string | undefined> => {
  const credentials = await rootCredentials(authority, cluster.issuers);
  const until = clock.now() + deadline;
  for (;;) {
    const connected = await connectAll(etcd, cluster, credentials, callDeadline);
    const answers = await Promise.all(
      connected.map(async ({ member, connection }) => ({
        member,
        answer: await connection.count(singleKey("health")),
      })),
    );
    closeAll(connected);
    const silent = answers.find(({ answer }) => !answer.ok);
    if (silent === undefined) return undefined;
    const { member, answer } = silent;
    if (clock.now() >= until) return `${member.name}: ${answer.ok ? "" : answer.message}`;
    await timer.sleep(betweenLooks);
  }
};
