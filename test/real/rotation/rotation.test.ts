/** A rotation of all CAs of a running cluster under load: nobody notices, and at the end the old CAs are gone. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { pause } from "../../../tools/etcd-load/failover.ts";
import { etcdPrograms, succeeded } from "../etcd-workbench.ts";
import { agreed, assertSameData, keepOld, offers, plan, planFile, reached, run } from "./rotate.ts";
import { assertUnharmed, inScene, inWords, knownClients, type Scene } from "./scene.ts";
import { filesWith, modes, tlsFiles, trusted } from "./traces.ts";

type Protocol = "bundle" | "cross-signed";

/** Each member reads its trusted CAs at its start: old and new, then new; or new alone, once. */
const restarts: Readonly<Record<Protocol, number>> = { bundle: 6, "cross-signed": 3 };

const rotate = async (t: TestContext, scene: Scene, protocol: Protocol): Promise<void> => {
  const oldCas = trusted(tlsFiles(scene.folder));
  assert.equal(oldCas.size, 3);
  const modesBefore = modes(tlsFiles(scene.folder));
  const old = keepOld(scene);
  assert.deepEqual(new Set(await offers(old)), new Set(["accepted"]));
  await assertSameData(scene);

  await plan(scene, "--protocol", protocol);
  const load = await scene.load();
  await pause(500);
  const running = await reached(run(scene, ["apply", planFile, ...agreed], { load }));
  load.enter("after");
  await pause(500);
  const summary = await load.stop();
  t.diagnostic(inWords(summary));

  assertUnharmed(summary);
  await assertSameData(scene);
  assert.equal(scene.running.restarts().length, restarts[protocol]);
  assert.deepEqual(new Set(await offers(old)), new Set(["refused"]));
  assert.deepEqual(filesWith(tlsFiles(scene.folder), oldCas), []);
  assert.deepEqual(modes(tlsFiles(scene.folder)), modesBefore);
  assert.ok(running.events.length > 10);
  const { code, checks } = await scene.check();
  assert.equal(code, 0, JSON.stringify(checks.filter(({ verdict }) => verdict !== "pass")));
  succeeded(await scene.etcdctl("app", "get", "--prefix", "/app/"));
};

for (const component of ["etcd", "etcd-debian"] as const) {
  for (const protocol of ["bundle", "cross-signed"] as const) {
    test(`${component}: all CAs are rotated by ${protocol} under load, and no request fails`, async (t) => {
      const programs = etcdPrograms(t, component);
      if (programs === undefined) return;
      await inScene(t, programs, (scene) => rotate(t, scene, protocol), { extra: knownClients });
    });
  }
}
