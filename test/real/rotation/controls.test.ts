/** The ways that break a cluster, in the harness that judges certwright's: it must see them break it. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import {
  memberByMember,
  replaceAllAtOnce,
  type ByHand,
} from "../../../tools/etcd-cluster/by-hand.ts";
import type { LoadSummary } from "../../../tools/load/record.ts";
import { pause } from "../../../tools/etcd-load/failover.ts";
import { certwright } from "../../cli/process.ts";
import { etcdPrograms, succeeded } from "../etcd-workbench.ts";
import { assertUnharmed, inScene, inWords, type Scene } from "./scene.ts";

/** The same estate once more from other CAs, as somebody makes it by hand before the change. */
const otherPki = async (scene: Scene): Promise<string> => {
  const folder = scene.path("new");
  mkdirSync(folder);
  writeFileSync(join(folder, "certwright.yaml"), scene.read("certwright.yaml"));
  succeeded(
    await certwright(["etcd", "init", "--in-place"], {
      cwd: folder,
      env: { HOME: folder, CERTWRIGHT_PASSPHRASE_FILE: scene.path("passphrase") },
      deadline: 60_000,
    }),
  );
  return folder;
};

const underLoad = async (
  t: TestContext,
  scene: Scene,
  change: (by: ByHand) => Promise<void>,
): Promise<LoadSummary> => {
  const { running, folder } = scene;
  const other = await otherPki(scene);
  const load = await scene.load();
  await pause(1000);
  await change({ running, folder, other, enter: (phase) => load.enter(phase) });
  load.enter("after");
  await pause(1000);
  const summary = await load.stop();
  t.diagnostic(inWords(summary));
  assertFineBefore(summary);
  return summary;
};

/** Else what is seen below may be the harness's own fault. */
const assertFineBefore = (summary: LoadSummary): void => {
  const early = [...summary.failures, ...summary.refusals].filter(
    ({ phase }) => phase === "before",
  );
  assert.deepEqual(early, [], inWords(summary));
};

const withEtcd = async (t: TestContext, body: (scene: Scene) => Promise<void>): Promise<void> => {
  const programs = etcdPrograms(t, "etcd") ?? etcdPrograms(t, "etcd-debian");
  if (programs !== undefined) await inScene(t, programs, body);
};

test("nothing happens: the load alone fails nowhere", async (t) => {
  await withEtcd(t, async (scene) => {
    const load = await scene.load();
    await pause(2000);
    assertUnharmed(await load.stop());
  });
});

for (const [title, change] of [
  ["replacing everything and restarting all at once is seen to fail", replaceAllAtOnce],
  ["going member by member without both CAs in every bundle is seen to fail", memberByMember],
] as const) {
  test(title, async (t) => {
    await withEtcd(t, async (scene) => {
      const summary = await underLoad(t, scene, change);
      assert.ok(summary.failed > 0, inWords(summary));
      assert.ok(summary.refusals.length > 0, inWords(summary));
    });
  });
}
