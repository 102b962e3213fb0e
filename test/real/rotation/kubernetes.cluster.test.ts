/** CAs of a running kubeadm cluster are rotated under load: nobody notices, and at the end the old ones are gone. */
import test from "node:test";
import { inKubernetes } from "./kubernetes-scene.ts";
import { rotateKubernetes } from "./rotate-kubernetes.ts";
import { assertUnharmed } from "./scene.ts";

test("one master: the cluster's and the front proxy's CA are rotated under load, and no request fails", (t) =>
  inKubernetes(t, { masters: 1, workers: 1 }, async (scene) => {
    const issuers = ["kubernetes-ca", "front-proxy-ca"] as const;
    assertUnharmed(await rotateKubernetes(t, scene, { issuers, protocol: "bundle" }));
  }));
