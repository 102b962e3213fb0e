/** What takes too long for every change: three masters, and one with an API gap that was announced. */
import assert from "node:assert/strict";
import test from "node:test";
import { inKubernetes } from "./kubernetes-scene.ts";
import { rotateKubernetes } from "./rotate-kubernetes.ts";
import { assertUnharmed } from "./scene.ts";

const issuers = ["kubernetes-ca", "front-proxy-ca", "etcd-ca"] as const;

test("one master: all CAs are rotated under load, and requests fail only while the API is away", (t) =>
  inKubernetes(t, { masters: 1, workers: 1 }, async (scene) => {
    const { failedIn } = await rotateKubernetes(t, scene, { issuers, protocol: "bundle" });
    // etcd's CA alone takes the API away, in the two phases in which etcd reads its CAs again.
    assert.deepEqual([...failedIn].toSorted(), ["drop", "trust"]);
  }));

test("three masters: all CAs are rotated by cross-signing under load, and no request fails", (t) =>
  inKubernetes(t, { masters: 3, workers: 1 }, async (scene) => {
    assertUnharmed(await rotateKubernetes(t, scene, { issuers, protocol: "cross-signed" }));
  }));

test("three masters: each CA is rotated alone, one after the other and by either protocol, under load, and no request fails", (t) =>
  inKubernetes(t, { masters: 3, workers: 1 }, async (scene) => {
    for (const protocol of ["bundle", "cross-signed"] as const) {
      for (const issuer of issuers) {
        t.diagnostic(`${issuer}, ${protocol}`);
        const alone = { issuers: [issuer], protocol, renewed: false };
        assertUnharmed(await rotateKubernetes(t, scene, alone));
      }
    }
  }));
