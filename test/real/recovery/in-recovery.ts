import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { startCluster, type ClusterOptions } from "../cluster/cluster.ts";
import { canHaveCluster } from "../cluster/programs.ts";
import { setScene, type RecoveryScene } from "./scene.ts";

/** A kubeadm cluster of its own, with an application that is asked all the time. */
export const inRecovery = async (
  t: TestContext,
  shape: Pick<ClusterOptions, "masters" | "workers">,
  body: (scene: RecoveryScene) => Promise<void>,
): Promise<void> => {
  if (!canHaveCluster(t)) return;
  const folder = mkdtempSync(join(tmpdir(), "certwright-recovery-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await using cluster = await startCluster({
    ...shape,
    folder: join(folder, "cluster"),
    progress: (line) => t.diagnostic(line),
  });
  const scene = await setScene(cluster, join(folder, "operator"));
  try {
    await body(scene);
  } finally {
    await scene.end();
  }
};
