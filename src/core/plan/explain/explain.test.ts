import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import { exampleCluster } from "../examples/cluster.ts";
import { exampleIssuers, exampleKubernetes } from "../examples/kubernetes.ts";
import { planFor } from "../plan-for.ts";
import { planGraph } from "./graph.ts";
import { planText } from "./text.ts";

const now = Date.UTC(2026, 10, 1);
const inventory = exampleCluster({
  digests,
  now,
  members: 3,
  issuers: "shared",
  clients: [{ name: "app", reload: "start", service: "none" }],
  clientsComplete: false,
});
const planned = planFor({ kind: "rotate", issuers: ["etcd-ca"], protocol: "bundle" }, inventory, {
  now,
  digests,
});
assert.ok(planned.ok);
const { plan } = planned;

test("the text says what is restarted, what can fail, how long it takes and how it is taken back", () => {
  const text = planText(plan);
  assert.match(text, /^rotate etcd-ca \(bundle\)\n/);
  assert.match(text, /6 restarts of 3 consumers, about \d+ s and \d approvals/);
  assert.match(text, /restarts etcd-2\/etcd, etcd-3\/etcd, etcd-1\/etcd, one at a time/);
  assert.match(text, /taken back by \d+ steps, with 3 restarts, in about \d+ s/);
  assert.match(text, /can fail: certwright cannot restart client\/app/);
  assert.match(text, /--accept-blind clients-outside/);
  assert.match(text, /\? drop\.ready: .*approve this step/);
});

test("every step of the plan is in the text and in the graph, once", () => {
  const text = planText(plan);
  const graph = planGraph(plan);
  for (const { id } of plan.phases.flatMap(({ steps }) => steps)) {
    assert.equal(text.split(` ${id}: `).length, 2, id);
    assert.equal(graph.split(`    "${id}" [label=`).length, 2, id);
  }
});

test("every need is an arrow of the graph, and quotes in names do not end a string", () => {
  const graph = planGraph(plan);
  for (const { id, needs } of plan.phases.flatMap(({ steps }) => steps)) {
    for (const need of needs)
      assert.ok(graph.includes(`"${need}" -> "${id}";`), `${need} to ${id}`);
  }
  const named = planGraph({ ...plan, goal: { kind: "replace-key", issuer: 'a"b\\c' } });
  assert.ok(named.includes('label="replace the key of a\\"b\\\\c"'));
});

test("what nobody stands in for is announced at the top: with one master, the API and its etcd", () => {
  const textFor = (masters: number): string => {
    const over = exampleKubernetes({
      digests,
      now,
      masters,
      workers: 1,
      workloads: [],
      clientsComplete: true,
    });
    const issuers = Object.values(exampleIssuers);
    const made = planFor({ kind: "rotate", issuers, protocol: "bundle" }, over, { now, digests });
    assert.ok(made.ok);
    return planText(made.plan);
  };
  const text = textFor(1);
  assert.match(
    text,
    /^ {2}announced: etcd\/\S+ answers nobody 2 times, for about \d+ s at the most/m,
  );
  assert.match(text, /^ {2}announced: kube-apiserver answers nobody 2 times, for about \d+ s at/m);
  assert.doesNotMatch(textFor(3), /announced:/);
});
