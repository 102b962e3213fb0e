/** All of a cluster's PKI is made anew at once while clients of every kind use it: three CAs and the key pair of tokens. */
import test from "node:test";
import { inKubernetes } from "./kubernetes-scene.ts";
import { rotateKubernetes } from "./rotate-kubernetes.ts";
import { assertUnharmed } from "./scene.ts";

test("three masters: all CAs and the key pair of tokens are rotated in one plan under load, and no request fails", (t) =>
  inKubernetes(t, { masters: 3, workers: 1 }, async (scene) => {
    const issuers = ["kubernetes-ca", "front-proxy-ca", "etcd-ca"] as const;
    const all = { issuers, protocol: "bundle", tokens: true } as const;
    assertUnharmed(await rotateKubernetes(t, scene, all));
  }));
