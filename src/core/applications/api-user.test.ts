import assert from "node:assert/strict";
import { test } from "node:test";
import { apiUserOf } from "./api-user.ts";
import type { Pod } from "./pod.ts";

const mounts = [{ volumeMounts: [{ name: "kube-api-access" }] }];
const reads = {
  containers: mounts,
  volumes: [
    {
      name: "kube-api-access",
      projected: {
        sources: [{ serviceAccountToken: {} }, { configMap: { name: "kube-root-ca.crt" } }],
      },
    },
  ],
};

const pod = (owner: { kind: string; name: string } | undefined, labels = {}): Pod => ({
  metadata: {
    name: "web-5f7d9-x2x4c",
    namespace: "shop",
    labels,
    ...(owner === undefined ? {} : { ownerReferences: [{ ...owner, controller: true }] }),
  },
  spec: reads,
});

test("a pod's workload is what makes it anew: a Deployment above its ReplicaSet", () => {
  const replicas = { kind: "ReplicaSet", name: "web-5f7d9" };
  assert.deepEqual(apiUserOf(pod(replicas, { "pod-template-hash": "5f7d9" })), {
    controlled: true,
    kind: "Deployment",
    namespace: "shop",
    name: "web",
  });
  assert.deepEqual(apiUserOf(pod({ kind: "DaemonSet", name: "agent" })), {
    controlled: true,
    kind: "DaemonSet",
    namespace: "shop",
    name: "agent",
  });
});

test("what certwright cannot have made anew is told with its controller", () => {
  const name = "web-5f7d9-x2x4c";
  // An Argo Rollout labels its pods otherwise.
  assert.deepEqual(apiUserOf(pod({ kind: "ReplicaSet", name: "web-5f7d9" })), {
    controlled: false,
    namespace: "shop",
    name,
    controller: "ReplicaSet web-5f7d9",
  });
  assert.deepEqual(apiUserOf(pod(undefined)), { controlled: false, namespace: "shop", name });
});

test("a pod that does not read the cluster's CA is nobody's concern", () => {
  const { metadata } = pod({ kind: "DaemonSet", name: "agent" });
  assert.equal(apiUserOf({ metadata }), undefined);
  const other = { projected: { sources: [{ serviceAccountToken: { audience: "vault" } }] } };
  assert.equal(apiUserOf({ metadata, spec: { volumes: [other] } }), undefined);
});
