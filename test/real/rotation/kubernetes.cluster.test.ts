/** CAs of a running kubeadm cluster are rotated under load: nobody notices, and at the end the old CAs are gone. */
import test from "node:test";
import { inKubernetes } from "./kubernetes-scene.ts";
import { rotateKubernetes } from "./rotate-kubernetes.ts";
import { assertUnharmed } from "./scene.ts";

test("one master: the cluster's and the front proxy's CA are rotated under load, and no request fails", (t) =>
  inKubernetes(t, { masters: 1, workers: 1 }, async (scene) => {
    const issuers = ["kubernetes-ca", "front-proxy-ca"] as const;
    assertUnharmed(await rotateKubernetes(t, scene, { issuers, protocol: "bundle" }));
  }));

test("three masters: all CAs are rotated by bundle under load, and no request fails", (t) =>
  inKubernetes(t, { masters: 3, workers: 1 }, async (scene) => {
    const issuers = ["kubernetes-ca", "front-proxy-ca", "etcd-ca"] as const;
    assertUnharmed(await rotateKubernetes(t, scene, { issuers, protocol: "bundle" }));
  }));
