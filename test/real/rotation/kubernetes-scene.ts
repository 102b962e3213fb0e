import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { certwright, type Outcome } from "../../cli/process.ts";
import { startCluster, type Cluster, type ClusterOptions } from "../cluster/cluster.ts";
import { makeOperator, type ClusterOperator } from "../cluster/operator.ts";
import { canHaveCluster } from "../cluster/programs.ts";
import { etcdPrograms, succeeded } from "../etcd-workbench.ts";
import type { Operator } from "./rotate.ts";

const steady = join(import.meta.dirname, "..", "cluster", "steady.yaml");

/** A kubeadm cluster, and an operator beside it who has discovered it and adopted its CAs. */
export interface KubernetesScene extends Operator {
  readonly cluster: Cluster;
  readonly kubeconfig: ClusterOperator["kubeconfig"];
}

export const inKubernetes = async (
  t: TestContext,
  shape: Pick<ClusterOptions, "masters" | "workers" | "with">,
  body: (scene: KubernetesScene) => Promise<void>,
  /** What somebody did to the cluster before anybody discovers it. */
  prepare: (cluster: Cluster) => Promise<void> = async () => {},
): Promise<void> => {
  const etcd = etcdPrograms(t, "etcd");
  if (etcd === undefined || !canHaveCluster(t)) return;
  const folder = mkdtempSync(join(tmpdir(), "certwright-kubernetes-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await using cluster = await startCluster({
    ...shape,
    folder: join(folder, "cluster"),
    progress: (line) => t.diagnostic(line),
  });
  await cluster.kubectl("apply", "-f", steady);
  await cluster.kubectl("rollout", "status", "daemonset/steady", "--timeout=120s");
  await prepare(cluster);
  const operator = makeOperator(cluster, join(folder, "operator"), dirname(etcd.etcd));
  const { env, kubeconfig } = operator;
  const run = (...args: string[]): Promise<Outcome> =>
    certwright(args, { cwd: operator.folder, env, deadline: 120_000 });
  for (const words of operator.preparation) succeeded(await run(...words));
  await body({ cluster, kubeconfig, folder: operator.folder, env, certwright: run });
};
