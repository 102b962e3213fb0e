/** Killed with kill -9 in the middle of a rotation of a whole control plane, it goes on each time as if it had not been. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import test from "node:test";
import { discoverAndAdopt, inByHand, tracesOf } from "../by-hand/scene.ts";
import { succeeded } from "../etcd-workbench.ts";
import { killedNowAndThen } from "./killed-now-and-then.ts";
import { agreed, planFile } from "./rotate.ts";

const issuers = ["kubernetes-ca", "front-proxy-ca", "etcd-ca"] as const;
const deadline = 900_000;

test("killed after records of its journal that a seed draws, a rotation of all CAs reaches its goal", (t) =>
  inByHand(t, { masters: 1, members: 1 }, async (cluster) => {
    await discoverAndAdopt(cluster);
    const traces = tracesOf(cluster);
    const words = ["plan", "rotate", ...issuers, "--soak", "0", "--out", planFile];
    succeeded(await cluster.certwright(...words));
    const apply = ["apply", planFile, ...agreed, "--accept-blind", "clients-outside"];
    const killed = await killedNowAndThen(cluster, apply, deadline);
    t.diagnostic(`killed ${killed.length} times: after ${killed.join(", ")}`);
    assert.ok(killed.length >= 4, killed.join(", "));

    const { masters, members, kubectl } = cluster;
    const files = [...masters, ...members].flatMap((host) =>
      globSync([host.path("/srv/**/*.pem"), host.path("/srv/**/*.kubeconfig")]),
    );
    const holding = files.filter((file) => {
      const text = readFileSync(file, "utf8");
      return traces.some((one) => text.includes(one));
    });
    assert.deepEqual(holding, []);
    assert.equal((await kubectl("get", "--raw", "/readyz")).trim(), "ok");
    // Each CA was made once, whatever was killed when.
    for (const issuer of issuers) {
      const { stdout } = succeeded(await cluster.certwright("ca", "show", issuer, "-o", "json"));
      const { generations } = JSON.parse(stdout) as { readonly generations: readonly unknown[] };
      assert.equal(generations.length, 2, stdout);
    }
  }));
