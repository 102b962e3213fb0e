/** The ways that break a cluster, in the harness that judges certwright's: it must see them break it. */
import assert from "node:assert/strict";
import { copyFileSync, globSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import type { LoadSummary } from "../../../tools/etcd-load/record.ts";
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

/** Somebody's script takes so long for a file; on real machines it is longer. */
const betweenFiles = 20;

/** As `cp` does: what is there is truncated and written again, one file after the other. */
const copyOver = async (from: string, to: string, pattern: string): Promise<void> => {
  for (const file of globSync(pattern, { cwd: from })) {
    copyFileSync(join(from, file), join(to, file));
    await pause(betweenFiles);
  }
};

const underLoad = async (
  t: TestContext,
  scene: Scene,
  change: (folder: string, enter: (phase: string) => void) => Promise<void>,
): Promise<LoadSummary> => {
  const folder = await otherPki(scene);
  const load = await scene.load();
  await pause(1000);
  await change(folder, (phase) => load.enter(phase));
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

test("replacing everything and restarting all at once is seen to fail", async (t) => {
  await withEtcd(t, async (scene) => {
    const summary = await underLoad(t, scene, async (folder, enter) => {
      enter("replace");
      await copyOver(folder, scene.folder, "run/*/pki/*");
      await copyOver(folder, scene.folder, "clients/*/*.{crt,key}");
      enter("restart");
      await Promise.all(
        scene.running.members.map(({ name }) => scene.running.serve("restart", name)),
      );
    });
    assert.ok(summary.failed > 0, inWords(summary));
    assert.ok(summary.refusals.length > 0, inWords(summary));
  });
});

test("going member by member without both CAs in every bundle is seen to fail", async (t) => {
  await withEtcd(t, async (scene) => {
    const summary = await underLoad(t, scene, async (folder, enter) => {
      for (const { name } of scene.running.members) {
        enter(name);
        await copyOver(folder, scene.folder, `run/${name}/pki/*`);
        await scene.running.serve("restart", name);
        // Who does this by hand looks whether the process stays up.
        await pause(1500);
      }
      enter("clients");
      await copyOver(folder, scene.folder, "clients/*/*.{crt,key}");
    });
    assert.ok(summary.failed > 0, inWords(summary));
    assert.ok(summary.refusals.length > 0, inWords(summary));
  });
});
