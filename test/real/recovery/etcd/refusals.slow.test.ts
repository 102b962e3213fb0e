/** What speaks against a recovery of an etcd cluster is said before the first write. */
import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import test from "node:test";
import { filesWith, tlsFiles, trusted } from "../../rotation/traces.ts";
import { inDeadCluster, letExpire, planOnly, stopAll } from "./dead-cluster.ts";

test("members without their data, and with another cluster's, are refused with words and nothing is written", async (t) => {
  await inDeadCluster(t, async (scene) => {
    await stopAll(scene);
    letExpire(scene);
    const [first, second, third] = scene.cluster.members.map(({ dataDirectory }) => dataDirectory);
    const cas = trusted(tlsFiles(scene.folder));
    const written = filesWith(tlsFiles(scene.folder), cas);
    const refusedAs = async (found: string, words: RegExp): Promise<void> => {
      const { code, printed } = await planOnly(scene);
      assert.deepEqual([code, printed.verdict.case, printed.steps], [1, found, []]);
      const refused = await scene.certwright("recover", "--yes");
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, words);
    };
    rmSync(third!, { recursive: true });
    await refusedAs("member-without-data", /etcdctl member add/);
    rmSync(second!, { recursive: true });
    await refusedAs("quorum-lost", /snapshot restore/);
    assert.deepEqual(filesWith(tlsFiles(scene.folder), cas), written);
    cpSync(first!, second!, { recursive: true });
    assert.equal((await planOnly(scene)).printed.verdict.case, "member-without-data");
  });
});
