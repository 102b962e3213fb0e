import type { Node } from "../cluster/node.ts";
import { until } from "../cluster/run.ts";

/** Deletes these paths on every node, as `rm -rf` does. */
export const lose = async (nodes: readonly Node[], paths: readonly string[]): Promise<void> => {
  await Promise.all(nodes.map((node) => node.run(["rm", "-rf", ...paths])));
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
