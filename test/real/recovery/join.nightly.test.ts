/** After a recovery with new CAs, kubeadm takes new machines in. */
import assert from "node:assert/strict";
import test from "node:test";
import { joinAsPrinted, printedJoin } from "../cluster/kubeadm.ts";
import { inRecovery } from "./in-recovery.ts";
import { loseAndRecover, readVerdict } from "./lose-and-recover.ts";

test("everything gone, the kubelets' certificates too, and back: then a worker and a master join with what kubeadm prints", (t) =>
  inRecovery(t, { masters: 1, workers: 1 }, async (scene) => {
    const { masters, cluster } = scene;
    const told = await loseAndRecover(scene, {
      nodes: masters,
      paths: ["/etc/kubernetes", "/var/lib/kubelet/pki"],
      said: (line) => t.diagnostic(line),
    });
    assert.deepEqual(told.workload.failures, []);
    assert.deepEqual(told.objects.lost, []);
    const again = readVerdict(await scene.recover(["--plan-only", "-o", "json"]));
    assert.equal(again.verdict.case, "sound", JSON.stringify(again.verdict));
    const [first] = masters;
    for (const role of ["worker", "master"] as const) {
      const node = await cluster.addMachine(role);
      await joinAsPrinted(node, await printedJoin(node, first!), first!);
      t.diagnostic(`${node.name} has joined and is Ready`);
    }
  }));
