import { readFileSync } from "node:fs";
import { grpcEtcd } from "../../src/adapters/etcd/grpc-etcd.ts";
import { singleKey } from "../../src/core/estate/key-range.ts";
import type { EtcdCluster, EtcdMember } from "../../src/core/model/estate.ts";
import { clientTarget } from "../../src/engine/etcd/connect.ts";
import { clientPaths } from "../../src/engine/etcd/layout.ts";

/** Three members of 3.4 needed 2.5 s on a machine busy with other work; ten times that and more. */
const readyDeadline = 40_000;

/**
 * Waits until the member answers a linearizable read as root, which needs a quorum.
 * `ended` says what the member's log ends with once it has ended, undefined while it runs.
 */
export const untilReady = async (
  cluster: EtcdCluster,
  member: EtcdMember,
  ended: () => string | undefined,
): Promise<void> => {
  const paths = clientPaths(cluster, cluster.users[0]!);
  const credentials = {
    ca: readFileSync(paths.serverTrust, "utf8"),
    certificate: readFileSync(paths.certificate, "utf8"),
    key: readFileSync(paths.key, "utf8"),
  };
  const deadline = performance.now() + readyDeadline;
  let last = "nothing";
  while (performance.now() < deadline) {
    const end = ended();
    if (end !== undefined) throw new Error(`${member.name} ended before it was ready:\n${end}`);
    // A new connection each time: gRPC waits longer and longer between its own attempts.
    const connection = await grpcEtcd.connect(clientTarget(member), credentials, 1000);
    const answer = await connection.count(singleKey("health"));
    connection.close();
    if (answer.ok) return;
    last = answer.message;
    await pause(100);
  }
  throw new Error(
    `${member.name} was not ready after ${readyDeadline / 1000} s (last answer: ${last})`,
  );
};

const pause = (milliseconds: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, milliseconds);
  return promise;
};
