/** `rm -rf /etc/kubernetes` on the only master of a cluster, and back: the story's day in one command. */
import assert from "node:assert/strict";
import test from "node:test";
import { asCertwrightMakesThem, fieldsOf } from "./fields.ts";
import { inRecovery } from "./in-recovery.ts";
import { loseAndRecover, readVerdict } from "./lose-and-recover.ts";

test("a cluster whose only master lost /etc/kubernetes is had back as it was, and its applications answer all the time", (t) =>
  inRecovery(t, { masters: 1, workers: 1 }, async (scene) => {
    const { cluster, masters } = scene;
    const [master] = masters;
    const before = await fieldsOf(master!);
    const told = await loseAndRecover(scene, {
      nodes: masters,
      paths: ["/etc/kubernetes"],
      said: (line) => t.diagnostic(line),
    });
    assert.equal(told.verdict.verdict.case, "all-gone");
    assert.deepEqual(told.workload.failures, []);
    assert.ok(told.workload.tried > 100, String(told.workload.tried));
    assert.ok(told.podsAreTheSame);
    assert.ok(!told.askerIsTheSame, "a pod with a dead token goes on");
    const { seen, announced } = told.apiAway;
    assert.ok(
      seen <= announced,
      `the API was away for ${seen} ms of the recovery, and ${announced} ms were announced`,
    );
    assert.deepEqual(told.objects.lost, []);
    assert.equal(told.nodesReady, cluster.nodes.length);
    assert.deepEqual(await fieldsOf(master!), asCertwrightMakesThem(before));
    const checked = await master!.run(["kubeadm", "certs", "check-expiration"]);
    assert.match(checked, /^apiserver .* 364d /m);
    assert.doesNotMatch(checked, /invalid|missing/i);
    const again = readVerdict(await scene.recover(["--plan-only", "-o", "json"]));
    assert.equal(again.verdict.case, "sound", JSON.stringify(again.verdict));
    assert.deepEqual(again.steps, []);
  }));
