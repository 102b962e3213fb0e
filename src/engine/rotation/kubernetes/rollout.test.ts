import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import { gapInRollout, podsPath, rolloutOf, whyNoRollout, workloadPath } from "./rollout.ts";

const object = (spec: object, status: object = {}, generation = 2): KubernetesObject =>
  ({ metadata: { name: "x", generation }, spec, status }) as unknown as KubernetesObject;

test("a Deployment is rolled out once all pods are new, available, and no old one is left", () => {
  const spec = { replicas: 2 };
  const status = {
    observedGeneration: 2,
    replicas: 2,
    updatedReplicas: 2,
    availableReplicas: 2,
  };
  const complete = (other: object, generation = 2): boolean =>
    rolloutOf("Deployment", object(spec, { ...status, ...other }, generation)).complete;
  assert.ok(complete({}));
  assert.ok(!complete({ updatedReplicas: 1 }));
  assert.ok(!complete({ replicas: 3 }), "an old one still ends");
  assert.ok(!complete({ availableReplicas: undefined }));
  assert.ok(!complete({}, 3), "its controller has not seen the newest template");
});

test("a DaemonSet is rolled out once every node has its new pod", () => {
  const status = {
    observedGeneration: 2,
    desiredNumberScheduled: 3,
    updatedNumberScheduled: 3,
    numberAvailable: 3,
  };
  assert.deepEqual(rolloutOf("DaemonSet", object({}, status)), {
    wanted: 3,
    updated: 3,
    available: 3,
    complete: true,
  });
  assert.ok(!rolloutOf("DaemonSet", object({}, { ...status, numberAvailable: 2 })).complete);
  assert.ok(!rolloutOf("DaemonSet", object({}, {})).complete, "nobody has looked at it yet");
});

test("what does not replace its pods by itself is told", () => {
  assert.equal(whyNoRollout(object({ strategy: { type: "RollingUpdate" } })), undefined);
  assert.match(whyNoRollout(object({ paused: true }))!, /paused/);
  assert.match(whyNoRollout(object({ updateStrategy: { type: "OnDelete" } }))!, /OnDelete/);
});

test("that all pods may be away at once is told, where there are several", () => {
  const daemons = (maxUnavailable: unknown, nodes = 3): string | undefined =>
    gapInRollout(
      "DaemonSet",
      object(
        { updateStrategy: { rollingUpdate: { maxUnavailable } } },
        {
          desiredNumberScheduled: nodes,
        },
      ),
    );
  assert.match(daemons("100%")!, /maxUnavailable 100%/);
  assert.match(daemons(3)!, /maxUnavailable 3/);
  assert.equal(daemons("50%"), undefined);
  assert.equal(daemons(1, 1), undefined, "the only one is always away");
  assert.match(
    gapInRollout("Deployment", object({ replicas: 2, strategy: { type: "Recreate" } }))!,
    /Recreate/,
  );
});

test("its object and its pods are found by their paths", () => {
  const workload = { kind: "StatefulSet", namespace: "db", name: "main" } as const;
  assert.equal(workloadPath(workload), "/apis/apps/v1/namespaces/db/statefulsets/main");
  const selector = {
    matchLabels: { app: "main" },
    matchExpressions: [
      { key: "tier", operator: "In", values: ["a", "b"] },
      { key: "old", operator: "DoesNotExist" },
    ],
  };
  const path = podsPath(workload, object({ selector }));
  const [base, query] = path.split("?labelSelector=");
  assert.equal(base, "/api/v1/namespaces/db/pods");
  assert.equal(decodeURIComponent(query!), "app=main,tier in (a,b),!old");
});
