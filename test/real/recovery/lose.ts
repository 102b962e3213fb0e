import type { Node } from "../cluster/node.ts";
import { until } from "../cluster/run.ts";

const manifests = "/etc/kubernetes/manifests";

/**
 * Deletes these paths on every node, as `rm -rf` does. An API server whose manifest goes with them is gone at once: one
 * that has the time takes its address out of Service kubernetes, and the next kube-proxy process may then leave that
 * without an endpoint for good, for it takes the chain that the last one had emptied for a whole one (1.35, mode nftables:
 * pkg/proxy/nftables/proxier.go, epChainSkipUpdate; the guide has the cure).
 */
export const lose = async (nodes: readonly Node[], paths: readonly string[]): Promise<void> => {
  const words = ["rm", "-rf", ...paths];
  const ends = paths.some((path) => `${manifests}/`.startsWith(`${path}/`));
  // First of all, for a kubelet ends it within a moment; and long before one would start it again.
  const killed = ["sh", "-c", 'pkill -KILL -x kube-apiserver; "$@"', "lose", ...words];
  await Promise.all(nodes.map((node) => node.run(ends ? killed : words)));
};

/** A kubelet that sees a manifest go ends its pod within 30 s of grace; a busy machine may need far longer. */
const endDeadline = 240_000;

/** Waits until the kubelets have ended what has no manifest any more. */
export const whenControlPlaneIsGone = async (nodes: readonly Node[]): Promise<void> => {
  await until("nothing of the control plane lives", endDeadline, async () => {
    for (const node of nodes) {
      const names = await node.run(["ps", "-e", "-o", "comm="]);
      if (/^(?:etcd|kube-apiserver)$/m.test(names)) return undefined;
    }
    return true;
  });
};
