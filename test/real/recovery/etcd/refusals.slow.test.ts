/** What speaks against a recovery of an etcd cluster is said before the first write. */
import assert from "node:assert/strict";
import { cpSync, globSync, rmSync } from "node:fs";
import test from "node:test";
import { fileSet, tlsFiles } from "../../rotation/traces.ts";
import { inDeadCluster, letExpire, planOnly, stopAll } from "./dead-cluster.ts";

test("members without their data, or with another one's, are refused with words, and nothing is written", async (t) => {
  await inDeadCluster(t, async (scene) => {
    await stopAll(scene);
    letExpire(scene);
    const [first, second, third] = scene.cluster.members.map(({ dataDirectory }) => dataDirectory);
    const files = fileSet(tlsFiles(scene.folder));
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
    cpSync(first!, second!, { recursive: true });
    await refusedAs("member-twice", /two members have the data of one/);
    assert.deepEqual(fileSet(tlsFiles(scene.folder)), files);
    assert.deepEqual(globSync("**/before-recovery-*", { cwd: scene.folder }), []);
  });
});
