/** Somebody outside still shows the old CA's certificate: the rotation stands still until he is gone, and says who he is. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { succeeded } from "../etcd-workbench.ts";
import { inKubernetes } from "./kubernetes-scene.ts";
import { statusFor } from "./api-answer.ts";
import { agreed, goOn, planFile, reached, run } from "./rotate.ts";

const deadline = 1_500_000;
const blind = ["--accept-blind", "clients-outside"];

test("a holder and a client with an old certificate keep the old CA from being dropped, by name", (t) =>
  inKubernetes(t, { masters: 1, workers: 0, with: ["audit"] }, async (scene) => {
    const { cluster, folder, certwright } = scene;
    const estate = join(folder, "certwright.yaml");
    const text = readFileSync(estate, "utf8");
    const named = text.replace(
      "  holders: []",
      '  holders:\n    - { name: ci, where: "a laptop", owner: Bo }',
    );
    assert.notEqual(named, text);
    writeFileSync(estate, named);
    const words = ["plan", "rotate", "kubernetes-ca", "--protocol", "bundle", "--out", planFile];
    const shown = succeeded(await certwright(...words, "--soak", "30s")).stdout;
    assert.match(shown, /^Holders$/m);
    assert.match(
      shown,
      /^ {2}ci: a laptop \(Bo\): trusts and shows certificates of kubernetes-ca$/m,
    );

    const [master] = cluster.nodes;
    const outside = new AbortController();
    const client = (async (): Promise<void> => {
      while (!outside.signal.aborted) {
        await statusFor(master!.address, cluster.kubeconfig).catch(() => undefined);
        await sleep(1000, undefined, { signal: outside.signal }).catch(() => undefined);
      }
    })();
    try {
      const asked = await run(scene, ["apply", planFile, ...agreed, ...blind], { deadline }).ended;
      assert.equal(asked.code, 3, asked.stderr);
      assert.match(
        asked.stderr,
        /switch\.holders waits: .*ci trusts generation 2 of kubernetes-ca/,
      );
      assert.match(asked.stderr, /certwright acknowledge ci --note/);
      t.diagnostic(asked.stderr.split("\n").slice(-8).join("\n"));

      succeeded(await certwright("holders", "--out", "handover"));
      const both = readFileSync(join(folder, "handover/ci/kubernetes-ca.both.crt"), "utf8");
      assert.equal(both.split("BEGIN CERTIFICATE").length - 1, 2);
      succeeded(await certwright("acknowledge", "ci", "--note", "Bo has the bundle"));

      // While it waits for time it may become true yet, so it goes on as long as it was told to.
      const again = await run(scene, ["resume", ...goOn, ...blind, "--wait", "2m"], { deadline })
        .ended;
      assert.equal(again.code, 3, again.stderr);
      assert.match(again.stderr, /drop\.holders waits: .*ci shows a certificate of generation 2/);
      succeeded(await certwright("acknowledge", "ci", "--note", "Bo has a new one"));

      const soaked = await run(scene, ["resume", ...goOn, ...blind, "--wait", "5s"], { deadline })
        .ended;
      assert.equal(soaked.code, 3, soaked.stderr);
      assert.match(soaked.stderr, /drop\.soak\.kubernetes-ca waits until \S+Z/);
      assert.match(soaked.stderr, /kubernetes-admin from \S+ with no user agent/);
      t.diagnostic(soaked.stderr.split("\n").slice(-8).join("\n"));
      const status = succeeded(await certwright("status")).stdout;
      assert.match(status, /drop\.soak\.kubernetes-ca .*: waits for time, or for somebody's word/);
      // From any machine, without the run's directory.
      const seen = succeeded(await certwright("status", "--kubeconfig", scene.kubeconfig)).stdout;
      assert.match(seen, /in the phase drop/);
      assert.match(seen, /kubernetes-ca +generation 1 +trusted, signs nothing any more/);
      assert.match(seen, /kubernetes-ca +generation 2 +signs/);
      assert.equal(await statusFor(master!.address, cluster.kubeconfig), 200);
    } finally {
      outside.abort();
      await client;
    }
    await reached(run(scene, ["resume", ...goOn, ...blind], { deadline }));
    assert.equal(await statusFor(master!.address, cluster.kubeconfig), 401);

    const verified = succeeded(await certwright("report", "--verify"));
    assert.equal(verified.stdout.match(/^yes /gm)?.length, 3, verified.stdout);
    const report = succeeded(await certwright("report", "-o", "markdown")).stdout;
    assert.match(report, /vouched for ci:certificate: Bo has a new one/);
    assert.match(
      report,
      /nobody used a certificate of generation 1 of kubernetes-ca for 30 s: none in the audit log/,
    );
    t.diagnostic(
      report
        .split("\n")
        .filter((line) => /soak|vouched|nobody used/.test(line))
        .join("\n"),
    );
  }));
