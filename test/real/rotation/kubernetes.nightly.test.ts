/** What takes too long for every change: three masters, and one with an API gap that was announced. */
import assert from "node:assert/strict";
import test from "node:test";
import { inKubernetes } from "./kubernetes-scene.ts";
import { rotateKubernetes } from "./rotate-kubernetes.ts";
import { assertUnharmed } from "./scene.ts";

const issuers = ["kubernetes-ca", "front-proxy-ca", "etcd-ca"] as const;

test("one master: all CAs are rotated under load, and requests fail only while the API is away", (t) =>
  inKubernetes(t, { masters: 1, workers: 1 }, async (scene) => {
    const summary = await rotateKubernetes(t, scene, { issuers, protocol: "bundle" });
    // etcd's CA alone takes the API away, in the two phases in which etcd reads its CAs again.
    const phases = new Set(summary.failures.map(({ phase }) => phase));
    assert.deepEqual([...phases].toSorted(), ["drop", "trust"]);
  }));

for (const protocol of ["bundle", "cross-signed"] as const) {
  test(`three masters: all CAs are rotated by ${protocol} under load, and no request fails`, (t) =>
    inKubernetes(t, { masters: 3, workers: 1 }, async (scene) => {
      assertUnharmed(await rotateKubernetes(t, scene, { issuers, protocol }));
    }));
}
