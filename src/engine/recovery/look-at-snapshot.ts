import { failure } from "../../core/errors/certwright-error.ts";
import type { EstateNode } from "../../core/model/estate.ts";
import { snapshotPlaceFault } from "../../core/recovery/snapshot-place.ts";
import type { SnapshotFound } from "../../core/recovery/steps.ts";
import type { Nodes } from "../../ports/node.ts";

const lookDeadline = 5000;

/** SHA-256 behind pages of 512 bytes at least (etcd etcdutl/snapshot/v3_snapshot.go: hasChecksum). */
const checksumBytes = 32;
const leastPage = 512;

/** What lies there, by its size and its file's date, where etcd's pod can have its folder beside `mounted`; etcdutl compares its checksum when it restores it. Throws recovery.no-snapshot, node.*. */
export const lookAtSnapshot = async (
  nodes: Nodes,
  node: EstateNode,
  path: string,
  mounted: readonly string[],
): Promise<SnapshotFound> => {
  const session = await nodes.open(node);
  try {
    const { code, stdout } = await session.run(["stat", "-L", "-c", "%s %Y", path], {
      deadline: lookDeadline,
    });
    const [bytes = Number.NaN, seconds = Number.NaN] = stdout.trim().split(" ").map(Number);
    if (code !== 0 || !Number.isFinite(bytes) || !Number.isFinite(seconds))
      throw failure("recovery.no-snapshot", {
        node: node.name,
        path,
        why: "there is no such file",
      });
    if (bytes % leastPage !== checksumBytes)
      throw failure("recovery.no-snapshot", {
        node: node.name,
        path,
        why: "it has no checksum at its end, as what etcdctl snapshot save writes has",
      });
    const real = await session.run(["readlink", "-f", path], { deadline: lookDeadline });
    const why = snapshotPlaceFault(path, real.stdout.replace(/\n$/, ""), mounted);
    if (why !== undefined) throw failure("recovery.no-snapshot", { node: node.name, path, why });
    return { path, bytes, changedAt: seconds * 1000 };
  } finally {
    await session.close().catch(() => undefined);
  }
};
