import type { EtcdCluster } from "../../core/model/estate.ts";
import type { SnapshotSink } from "../../ports/etcd.ts";
import { clientTarget, closeAll, connectAll, firstAnswering, required } from "../etcd/connect.ts";
import type { RotationPorts } from "../rotation/ports.ts";
import { ownRootFiles, rootCredentials } from "../rotation/root-client.ts";
import { openSessions } from "../rotation/sessions.ts";

/** The cluster's data as the first member that answers has it. Throws etcd.*. */
export const takeSnapshot = async (
  { etcd, authority, nodes }: RotationPorts,
  cluster: EtcdCluster,
  deadline: number,
  sink: SnapshotSink,
): Promise<void> => {
  const sessions = openSessions(nodes);
  const credentials = await rootCredentials(authority, cluster.issuers, () =>
    ownRootFiles(sessions, cluster),
  ).finally(() => sessions.close());
  const connected = await connectAll(etcd, cluster, credentials, deadline);
  try {
    const { member } = await firstAnswering(connected);
    const connection = await etcd.connect(clientTarget(member), credentials, deadline);
    try {
      required(await connection.snapshot(sink), "give a snapshot", member);
    } finally {
      connection.close();
    }
  } finally {
    closeAll(connected);
  }
};
