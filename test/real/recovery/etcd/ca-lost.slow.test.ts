/** The CAs of a real etcd cluster are gone with their keys, or have expired, and with them all that they signed. */
import assert from "node:assert/strict";
import { copyFileSync, cpSync, globSync, mkdirSync, rmSync } from "node:fs";
import test from "node:test";
import { succeeded } from "../../etcd-workbench.ts";
import { modes, tlsFiles } from "../../rotation/traces.ts";
import {
  assertBack,
  inDeadCluster,
  initialiseAt,
  loseEverything,
  planOnly,
  stopAll,
} from "./dead-cluster.ts";

test("an etcd cluster whose CAs and certificates are all gone is back with new ones, with the data it had", async (t) => {
  await inDeadCluster(t, async (scene, before) => {
    const had = modes(tlsFiles(scene.folder));
    await loseEverything(scene);
    const looked = await planOnly(scene);
    assert.equal(looked.code, 1);
    assert.equal(looked.printed.verdict.case, "ca-lost", JSON.stringify(looked.printed));
    assert.equal(looked.printed.lost.length, 3);
    assert.match(looked.printed.interruptions[0]!.what, /does not work now/);

    const recovered = await scene.certwright("recover", "--yes");
    t.diagnostic(recovered.stdout);
    succeeded(recovered);
    await assertBack(scene, before);
    assert.deepEqual(modes(tlsFiles(scene.folder)), had);
    const copies = globSync("run/etcd-1/certwright/before-recovery-*/SHA256SUMS", {
      cwd: scene.folder,
    });
    assert.equal(copies.length, 1);
    assert.match(scene.read(copies[0]!), /etcd-3\/data\/member\/snap\/db\n/);
  });
});

/** CAs live for ten years. */
const elevenYears = 11 * 365 * 86_400_000;

test("an etcd cluster whose CAs have expired gets new ones, and the old ones are retired", async (t) => {
  await inDeadCluster(t, async (scene, before) => {
    mkdirSync(scene.path("old"));
    copyFileSync(scene.path("certwright.yaml"), scene.path("old/certwright.yaml"));
    await initialiseAt(scene.path("old"), scene.env, -elevenYears);
    await stopAll(scene);
    rmSync(scene.path("certwright-pki"), { recursive: true });
    for (const name of globSync(["certwright-pki", "clients", "run/*/pki"], {
      cwd: scene.path("old"),
    }))
      cpSync(scene.path("old", name), scene.path(name), { recursive: true });

    const { printed } = await planOnly(scene);
    assert.equal(printed.verdict.case, "ca-lost", JSON.stringify(printed));
    assert.match(printed.lost.join(), /etcd-peer-ca has expired/);
    succeeded(await scene.certwright("recover", "--yes"));
    await assertBack(scene, before);
    const listed = succeeded(await scene.certwright("ca", "show", "etcd-peer-ca")).stdout;
    assert.match(listed, /retired/);
  });
});
