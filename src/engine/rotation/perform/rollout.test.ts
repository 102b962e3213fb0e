import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import { createAborting } from "../../run/bell.ts";
import type { PlacedConsumer } from "../layout.ts";
import type { Hands } from "./hands.ts";
import { restartRollout } from "./rollout.ts";

const consumer = {
  id: "deployment/shop/web",
  kubernetes: {
    kind: "workload",
    workload: { kind: "Deployment", namespace: "shop", name: "web" },
  },
} as unknown as PlacedConsumer;

const silentNode = {
  metadata: { name: "worker-1" },
  status: {
    conditions: [
      { type: "Ready", status: "Unknown", message: "Kubelet stopped posting node status." },
    ],
  },
};

/** A Deployment of two pods, the new one of which does not start; `ready` of them are new and available. */
const bench = ({ hurriedAt = 30_000, patience = 600_000 } = {}) => {
  let template: Record<string, unknown> = {};
  let generation = 1;
  let ready = 2;
  let budgets: KubernetesObject[] = [];
  let now = 0;
  const told: string[] = [];
  const patches: unknown[] = [];
  const aborting = createAborting();
  const object = (): KubernetesObject => ({
    metadata: { name: "web", namespace: "shop", generation } as KubernetesObject["metadata"],
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "web" } },
      strategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      template: { metadata: { annotations: template, labels: { app: "web" } } },
    },
    status: {
      observedGeneration: generation,
      replicas: 2,
      updatedReplicas: ready,
      availableReplicas: ready,
    },
  });
  const api = {
    get: () => Promise.resolve(object()),
    patch: (_path: string, _kind: string, body: unknown) => {
      patches.push(body);
      template = (body as { spec: { template: { metadata: { annotations: typeof template } } } })
        .spec.template.metadata.annotations;
      generation += 1;
      ready = 1;
      return Promise.resolve(object());
    },
    list: async function* (path: string) {
      if (path.includes("poddisruptionbudgets")) yield* budgets;
      else if (path.startsWith("/api/v1/nodes?")) yield silentNode;
      else {
        const waiting = { reason: "ImagePullBackOff" };
        yield {
          metadata: { name: "web-2" },
          spec: { nodeName: "worker-1" },
          status: { containerStatuses: [{ name: "web", state: { waiting } }] },
        };
      }
      await Promise.resolve();
    },
  };
  const hands = (step: string): Hands =>
    ({
      at: {
        ports: {
          clock: { now: () => now },
          timer: {
            sleep: (milliseconds: number) => {
              now += milliseconds;
              if (now > hurriedAt) aborting.abort();
              return Promise.resolve();
            },
          },
        },
        apis: { open: () => Promise.resolve(api) },
      },
      attempt: { run: "r1", step, number: 1, epoch: 1 },
      meanwhile: { tell: (words: string) => told.push(words), hurry: aborting, patience },
    }) as unknown as Hands;
  return {
    hands,
    told,
    patches,
    seconds: () => now / 1000,
    finish: () => (ready = 2),
    budget: (one: KubernetesObject) => (budgets = [one]),
  };
};

test("a rollout that comes no further says which pods keep it, and ends at once when somebody hurries", async () => {
  const { hands, told, patches, seconds } = bench();
  const performed = await restartRollout(hands("trust.restart.web"), consumer);
  assert.equal(performed.kind, "unknown");
  assert.equal(performed.kind === "unknown" && performed.failure.code, "rotation.wait-left");
  assert.equal(patches.length, 1);
  assert.equal(told[0], "of 2 pods 1 are new and 1 available");
  assert.match(
    told.at(-1)!,
    /^of 2 pods 1 are new.*; pod web-2 on worker-1, container web: ImagePullBackOff$/,
  );
  assert.ok(seconds() < 35, `${seconds()} s`);
});

test("a rollout that comes no further is not waited for longer than the run has patience", async () => {
  const { hands, seconds } = bench({ hurriedAt: Infinity, patience: 20_000 });
  const performed = await restartRollout(hands("trust.restart.web"), consumer);
  assert.ok(performed.kind === "unknown");
  assert.match(
    performed.failure.message,
    /^the rollout of deployment\/shop\/web has come no further for 20 s: of 2 pods 1 are new.*; node worker-1 is not ready: Kubelet stopped posting node status; pod web-2 on worker-1, container web/,
  );
  assert.ok(seconds() < 25, `${seconds()} s`);
});

test("what the same step has begun is waited for, and what another one had begun is not", async () => {
  const { hands, patches, finish } = bench();
  await restartRollout(hands("trust.restart.web"), consumer);
  const again = await restartRollout(hands("trust.restart.web"), consumer);
  assert.equal(again.kind, "unknown", "its pods are not all new yet");
  assert.equal(patches.length, 1);
  finish();
  await restartRollout(hands("trust.restart.web"), consumer);
  assert.equal(
    patches.length,
    2,
    "it was complete, and the step's proof wants new pods all the same",
  );
  await restartRollout(hands("drop.restart.web"), consumer);
  assert.equal(patches.length, 3);
});

test("a budget without room is told, and when somebody hurries nothing has been changed", async () => {
  const { hands, told, patches, budget } = bench();
  budget({
    metadata: { name: "web", namespace: "shop" },
    spec: { minAvailable: 2, selector: { matchLabels: { app: "web" } } },
    status: { currentHealthy: 2, desiredHealthy: 2, disruptionsAllowed: 0, expectedPods: 2 },
  });
  const performed = await restartRollout(hands("trust.restart.web"), consumer);
  assert.equal(performed.kind, "refused");
  assert.equal(patches.length, 0);
  assert.match(told[0]!, /^PodDisruptionBudget (shop\/)?web allows 0 to be away/);
});
