import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import { test } from "node:test";
import { etcdPrograms, succeeded } from "../etcd-workbench.ts";
import { inScene } from "./scene.ts";

test("a CA whose key is lost is rotated by what root still has, with trust for both in between", async (t) => {
  const programs = etcdPrograms(t, "etcd");
  if (programs === undefined) return;
  await inScene(t, programs, async (scene) => {
    const keys = scene.path("certwright-pki/keys");
    const lost = readdirSync(keys).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
    assert.equal(lost.length, 3);
    for (const name of lost) rmSync(`${keys}/${name}`);
    const { peer, server, client } = scene.cluster.issuers;
    const crossed = await scene.certwright("plan", "rotate", peer, "--protocol", "cross-signed");
    assert.equal(crossed.code, 1, "an old key that is lost signs no new one");
    assert.match(crossed.stdout, /its private key is not in this PKI/);
    succeeded(await scene.certwright("plan", "rotate", peer, server, client, "--out", "p.json"));
    const yes = ["--yes", "--approve", "all", "--accept-blind", "clients-outside"];
    const applied = succeeded(await scene.certwright("apply", "p.json", ...yes));
    assert.match(applied.stdout, /^reached: /);
    assert.match(applied.stdout, /^ *0 of \d+ requests failed/m);
    const again = await scene.certwright("plan", "drop-trust", client, "1");
    assert.equal(again.code, 0, again.stderr);
  });
});
