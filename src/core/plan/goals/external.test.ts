import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import type { Fingerprint } from "../../model/certificate.ts";
import type { Phase, Plan } from "../../model/plan.ts";
import { exampleIssuers, exampleKubernetes } from "../examples/kubernetes.ts";
import { planText } from "../explain/text.ts";
import { planFor } from "../plan-for.ts";

const now = Date.UTC(2026, 10, 1);
const root = { subject: "CN=Corporate Root", fingerprint: "ab".repeat(32) as Fingerprint };
const { cluster, frontProxy } = exampleIssuers;

const inventory = exampleKubernetes({
  digests,
  now,
  masters: 3,
  workers: 1,
  workloads: [],
  clientsComplete: true,
});

const plan = (protocol: "bundle" | "cross-signed", external?: typeof root): Plan => {
  const planned = planFor(
    {
      kind: "rotate",
      issuers: [cluster, frontProxy],
      protocol,
      ...(external === undefined ? {} : { external }),
    },
    inventory,
    { now, digests },
  );
  assert.ok(planned.ok, JSON.stringify(planned));
  return planned.plan;
};

const idsOf = ({ steps }: Phase): readonly string[] => steps.map(({ id }) => id);

for (const protocol of ["bundle", "cross-signed"] as const) {
  test(`the external CA is asked before anything else, once for each issuer, and answers in place of stage (${protocol})`, () => {
    const { phases, goal, blind } = plan(protocol, root);
    const own = plan(protocol);
    const [ask, ...others] = phases;
    assert.equal(ask!.id, "ask");
    assert.deepEqual(
      idsOf(ask!),
      [cluster, frontProxy].map((name) => `ask.sign.${name}`),
    );
    for (const { effect, proves, needs, approval } of ask!.steps) {
      assert.equal(effect.kind, "generation.request");
      assert.ok(proves.some((one) => one.kind === "generation" && one.under === root.fingerprint));
      // Whoever does not answer stops the run; nobody has to say yes to it.
      assert.deepEqual([needs, approval], [[], false]);
    }
    assert.deepEqual(ask!.rollback, []);
    assert.ok(goal.kind === "rotate" && goal.external?.fingerprint === root.fingerprint);
    assert.deepEqual(
      blind.map(({ id }) => id),
      ["partial-chain"],
    );
    // Besides the making of the generations, and a gate for the blind spot, it is certwright's own CAs' plan.
    const shared = (id: string): boolean => !/^stage\.create\.|\.ready$/.test(id);
    assert.deepEqual(
      others.flatMap(idsOf).filter(shared),
      own.phases.flatMap(idsOf).filter(shared),
    );
    assert.ok(
      others.every(({ steps }) => steps.every(({ effect }) => effect.kind !== "generation.create")),
    );
    // Nobody waits for a step that is not there.
    for (const { steps } of phases) {
      const known = new Set(steps.map(({ id }) => id));
      for (const { id, needs } of steps)
        for (const need of needs) assert.ok(known.has(need), `${id} needs ${need}`);
    }
  });
}

test("the text says who signs, and that nothing is changed until then", () => {
  const text = planText(plan("bundle", root));
  assert.match(text, /^rotate .* \(bundle\) to CN=Corporate Root\n/);
  assert.match(text, /1\. Have CN=Corporate Root sign the new generation \(ask\)/);
  assert.match(text, /until then nothing in the estate is changed/);
});
