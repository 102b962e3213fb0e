import assert from "node:assert/strict";
import { test } from "node:test";

import { isFailure } from "../../../core/errors/certwright-error.ts";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import type { PlacedConsumer } from "../layout.ts";
import { untilBudgetsAllow } from "./budgets-allow.ts";
import type { Hands } from "./hands.ts";

const workload = { kind: "Deployment", namespace: "shop", name: "web" } as const;
const object: KubernetesObject = {
  metadata: { name: "web", namespace: "shop" },
  spec: {
    replicas: 4,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
    template: { metadata: { labels: { app: "web" } } },
  },
};

/** How often a budget was looked at that has room from that look on. */
const waited = async (
  roomAt: number,
  hurry?: AbortSignal,
  { heals, healthy = 3 }: { readonly heals?: true; readonly healthy?: number } = {},
): Promise<number> => {
  let looks = 0;
  const told: string[] = [];
  let now = 0;
  const api = {
    async *list(path: string) {
      looks += 1;
      assert.equal(path, "/apis/policy/v1/namespaces/shop/poddisruptionbudgets");
      yield {
        metadata: { name: "keep", namespace: "shop" },
        spec: { selector: { matchLabels: { app: "web" } } },
        status: {
          disruptionsAllowed: looks >= roomAt ? 1 : 0,
          currentHealthy: healthy,
          desiredHealthy: 3,
        },
      };
    },
  };
  const ports = {
    clock: { now: () => now },
    timer: {
      sleep: async (milliseconds: number) => {
        now += milliseconds;
      },
    },
  };
  const hands = {
    at: { ports, apis: { open: async () => api } },
    heals,
    meanwhile: { tell: (what: string) => told.push(what), hurry },
  } as unknown as Hands;
  const consumer = { id: "deployment/shop/web" } as unknown as PlacedConsumer;
  await untilBudgetsAllow(hands, consumer, workload, object);
  assert.equal(told.length, looks - 1);
  return looks;
};

test("a rollout begins once its budget has room, and never asks twice of one that has", async () => {
  assert.equal(await waited(1), 1);
  assert.equal(await waited(5), 5);
});

test("a budget without room for ten minutes is named", async () => {
  await assert.rejects(
    () => waited(Infinity),
    (error) => {
      assert.ok(isFailure(error, "rotation.rollout-late"));
      assert.match(
        error.message,
        /PodDisruptionBudget keep allows 0 to be away \(3 healthy, 3 needed\)/,
      );
      return true;
    },
  );
});

test("whoever is in a hurry is not kept by a budget, and one that has room keeps nobody", async () => {
  const hurry = AbortSignal.abort();
  await assert.rejects(
    () => waited(2, hurry),
    (error) => isFailure(error, "rotation.wait-left"),
  );
  assert.equal(await waited(1, hurry), 1);
});

test("what heals pods does not wait for a budget that lacks healthy ones, and does for one that has just enough", async () => {
  assert.equal(await waited(3, undefined, { heals: true, healthy: 2 }), 1);
  assert.equal(await waited(3, undefined, { heals: true, healthy: 3 }), 3);
  assert.equal(await waited(3, undefined, { healthy: 2 }), 3);
});
