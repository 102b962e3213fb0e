/** Every leaf of a real etcd cluster has expired, and its CAs can sign: no member is restarted that runs. */
import assert from "node:assert/strict";
import test from "node:test";
import { succeeded } from "../../etcd-workbench.ts";
import { dataOf, inDeadCluster, letExpire, planOnly, restartAll, works } from "./dead-cluster.ts";

test("an etcd cluster whose leaves have all expired is back without a restart, with the data it had", async (t) => {
  await inDeadCluster(t, async (scene, before) => {
    letExpire(scene);
    await restartAll(scene);
    assert.equal(await works(scene), false);
    const restarts = scene.running.restarts().length;

    const looked = await planOnly(scene);
    assert.equal(looked.code, 1);
    assert.equal(looked.printed.verdict.case, "leaves-dead", JSON.stringify(looked.printed));
    assert.deepEqual(looked.printed.lost, []);
    assert.equal(
      looked.printed.steps.some(({ id }) => id.startsWith("etcd.start")),
      false,
    );

    const recovered = await scene.certwright("recover", "--yes");
    t.diagnostic(recovered.stdout);
    succeeded(recovered);
    assert.equal(await works(scene), true);
    assert.deepEqual(await dataOf(scene, before.revision), before);
    assert.equal(scene.running.restarts().length, restarts);
    const again = await planOnly(scene);
    assert.equal(again.code, 0);
    assert.equal(again.printed.verdict.case, "sound");
  });
});
