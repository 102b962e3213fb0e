import assert from "node:assert/strict";
import { test } from "node:test";

import type { Webhook } from "../../../core/model/plan.ts";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import type { Look } from "../look.ts";
import { observeWebhooks } from "../observe/webhooks.ts";
import type { Hands } from "./hands.ts";
import { closeWebhooks, openWebhooks } from "./webhooks.ts";

interface Op {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** RFC 6902, as far as it is used here. */
const patched = (object: object, ops: readonly Op[]): object => {
  const copy = structuredClone(object) as Record<string, unknown>;
  for (const { op, path, value } of ops) {
    const steps = path
      .split("/")
      .slice(1)
      .map((one) => one.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = steps.pop()!;
    let at = copy;
    for (const one of steps) at = at[one] as Record<string, unknown>;
    if (op === "test") assert.deepEqual(at[last], value, path);
    else if (op === "remove") delete at[last];
    else at[last] = value;
  }
  return copy;
};

const configuration = (
  policies: Readonly<Record<string, string>>,
  annotations?: Readonly<Record<string, string>>,
) =>
  ({
    metadata: { name: "checks", ...(annotations === undefined ? {} : { annotations }) },
    webhooks: Object.entries(policies).map(([name, failurePolicy]) => ({
      name,
      failurePolicy,
      clientConfig: { service: { namespace: "shop", name: "checks" } },
    })),
  }) as unknown as KubernetesObject;

const path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/checks";
const asked = (...names: readonly string[]): readonly Webhook[] =>
  names.map((name) => ({
    kind: "ValidatingWebhookConfiguration",
    configuration: "checks",
    name,
    index: 7,
  }));

const cluster = (first: KubernetesObject | undefined) => {
  const state = { object: first, patches: 0 };
  const api = {
    get: async (from: string) => (from === path ? state.object : undefined),
    patch: async (to: string, kind: string, ops: readonly Op[]) => {
      assert.deepEqual([to, kind], [path, "json"]);
      state.patches += 1;
      state.object = patched(state.object!, ops) as KubernetesObject;
      return state.object;
    },
  };
  const at = { apis: { open: async () => api } };
  return { state, look: { at } as unknown as Look, hands: { at } as unknown as Hands };
};

const policiesOf = (object: KubernetesObject | undefined): readonly unknown[] =>
  (object!["webhooks"] as readonly { readonly failurePolicy: unknown }[]).map(
    ({ failurePolicy }) => failurePolicy,
  );

test("webhooks are held open and put back as they were, in one patch each time", async () => {
  const before = configuration({ dead: "Fail", other: "Fail" }, { note: "ours" });
  const { state, hands, look } = cluster(before);
  const webhooks = asked("dead");
  assert.equal((await observeWebhooks(look, { open: true, webhooks })).verdict, "fails");
  assert.equal((await openWebhooks(hands, { webhooks })).kind, "done");
  assert.deepEqual(policiesOf(state.object), ["Ignore", "Fail"]);
  assert.equal((await observeWebhooks(look, { open: true, webhooks })).verdict, "holds");
  assert.equal((await observeWebhooks(look, { open: false, webhooks })).verdict, "fails");
  assert.equal((await closeWebhooks(hands, { webhooks })).kind, "done");
  assert.equal(state.patches, 2);
  assert.deepEqual(state.object, before);
  assert.equal((await observeWebhooks(look, { open: false, webhooks })).verdict, "holds");
});

test("after a kill between the patch and its record nothing is lost: opening again changes nothing, closing puts back", async () => {
  const { state, hands } = cluster(configuration({ dead: "Fail" }));
  const webhooks = asked("dead");
  await openWebhooks(hands, { webhooks });
  await openWebhooks(hands, { webhooks });
  assert.equal(state.patches, 1);
  await closeWebhooks(hands, { webhooks });
  await closeWebhooks(hands, { webhooks });
  assert.equal(state.patches, 2);
  assert.deepEqual(policiesOf(state.object), ["Fail"]);
});

test("one that its owner holds open stays open, and what somebody changed meanwhile is theirs", async () => {
  const owned = cluster(configuration({ dead: "Ignore" }));
  await openWebhooks(owned.hands, { webhooks: asked("dead") });
  await closeWebhooks(owned.hands, { webhooks: asked("dead") });
  assert.equal(owned.state.patches, 0);
  const changed = cluster(configuration({ dead: "Fail" }, { "certwright/held-open": '["dead"]' }));
  await closeWebhooks(changed.hands, { webhooks: asked("dead") });
  assert.deepEqual(changed.state.object, configuration({ dead: "Fail" }, {}));
});

test("a configuration that is gone blocks nobody", async () => {
  const { hands, look } = cluster(undefined);
  const webhooks = asked("dead");
  assert.equal((await openWebhooks(hands, { webhooks })).kind, "done");
  assert.equal((await observeWebhooks(look, { open: true, webhooks })).verdict, "holds");
});
