/** Members whose start is not done before they are ready, as systemd has it with Type=notify, of a cluster without a quorum. */
import assert from "node:assert/strict";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import test from "node:test";
import { succeeded } from "../../etcd-workbench.ts";
import type { Scene } from "../../rotation/scene.ts";
import { dataOf, inDeadCluster, letExpire, planOnly, stopAll, works } from "./dead-cluster.ts";

/** Where a member says that it has joined its quorum (server/etcdserver/server.go, publishV3). */
const ready = "published local member to cluster through raft";

/** Puts a wait for that behind the words that restart a member. */
const waitUntilReady = (scene: Scene): void => {
  const script = scene.path("until-ready");
  writeFileSync(
    script,
    `#!/bin/sh
log=$1; shift
seen() { grep -c '${ready}' "$log"; }
before=$(seen)
"$@" || exit
until [ "$(seen)" -gt "$before" ]; do sleep 0.1; done
`,
  );
  chmodSync(script, 0o755);
  const path = scene.path("certwright.yaml");
  const words = readFileSync(path, "utf8");
  const waiting = words.replaceAll(
    /restart: \[(.*"(etcd-\d)")\]/g,
    (_, command: string, member: string) =>
      `restart: ${JSON.stringify([script, scene.path("logs", `${member}.log`)]).slice(0, -1)},${command}]`,
  );
  assert.notEqual(waiting, words);
  writeFileSync(path, waiting);
};

test("members are started together, for each is ready with a quorum only", async (t) => {
  await inDeadCluster(t, async (scene, before) => {
    await stopAll(scene);
    letExpire(scene);
    waitUntilReady(scene);
    const { printed } = await planOnly(scene);
    assert.equal(printed.verdict.case, "leaves-dead", JSON.stringify(printed));
    succeeded(await scene.certwright("recover", "--yes"));
    assert.equal(await works(scene), true);
    assert.deepEqual(await dataOf(scene, before.revision), before);
    assert.equal(scene.running.restarts().length, scene.cluster.members.length);
  });
});

test("a CA whose key somebody had elsewhere is taken over, and only leaves are made", async (t) => {
  await inDeadCluster(t, async (scene, before) => {
    const { peer, server, client } = scene.cluster.issuers;
    for (const name of [peer, server, client]) {
      const at = (half: string): string => scene.path(`${name}.${half}`);
      succeeded(await scene.certwright("ca", "export", name, "--out", at("crt")));
      const key = ["--private-key", "--out", at("key")];
      succeeded(await scene.certwright("ca", "export", name, ...key));
    }
    await stopAll(scene);
    letExpire(scene);
    rmSync(scene.path("certwright-pki"), { recursive: true });
    const without = await planOnly(scene);
    assert.equal(without.printed.verdict.case, "ca-lost", JSON.stringify(without.printed));
    for (const name of [peer, server, client]) {
      const files = [
        "--certificate",
        scene.path(`${name}.crt`),
        "--key",
        scene.path(`${name}.key`),
      ];
      succeeded(await scene.certwright("ca", "adopt", name, ...files));
    }
    const { printed } = await planOnly(scene);
    assert.equal(printed.verdict.case, "leaves-dead", JSON.stringify(printed));
    assert.deepEqual(printed.lost, []);
    succeeded(await scene.certwright("recover", "--yes"));
    assert.deepEqual(await dataOf(scene, before.revision), before);
  });
});
