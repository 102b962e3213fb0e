import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { rightsManifest, rightWords } from "../discovery/rights.ts";
import type { Inventory } from "../model/inventory.ts";
import type { Plan } from "../model/plan.ts";
import { exampleIssuers, exampleKubernetes } from "./examples/kubernetes.ts";
import { planFor } from "./plan-for.ts";
import { rightsOfPlan, type Objects } from "./rights.ts";

const now = Date.UTC(2026, 10, 1);
const inventory = exampleKubernetes({
  digests,
  now,
  masters: 3,
  workers: 1,
  workloads: ["deployment/shop/web", "daemonset/kube-system/kube-proxy"],
  clientsComplete: true,
});
const { cluster, etcd } = exampleIssuers;

const planned = (...issuers: readonly string[]): Plan => {
  const result = planFor({ kind: "rotate", issuers, protocol: "bundle" }, inventory, {
    now,
    digests,
  });
  assert.ok(result.ok, JSON.stringify(result));
  return result.plan;
};
const objectsOf = ({ slots, consumers }: Inventory): Objects => ({
  slots: new Map(slots.map((slot) => [slot.id, slot])),
  consumers: new Map(consumers.map((consumer) => [consumer.id, consumer])),
});
const wordsFor = (...issuers: readonly string[]): readonly string[] =>
  rightsOfPlan(planned(...issuers), objectsOf(inventory)).map((right) => {
    const name = "name" in right ? ` ${right.name}` : "";
    return `${rightWords(right)}${name}`;
  });

test("a plan needs the rights that its effects need, and no others", () => {
  const words = wordsFor(cluster);
  assert.equal(new Set(words).size, words.length);
  for (const one of [
    "create leases in kube-system",
    "patch leases in kube-system certwright",
    "delete leases in kube-system certwright",
    "patch leases in kube-system kube-controller-manager",
    "patch configmaps in kube-public cluster-info",
    "patch configmaps in kube-system extension-apiserver-authentication",
    "patch daemonsets in kube-system kube-proxy",
    "patch deployments in shop web",
    "list poddisruptionbudgets in shop",
    "list pods in shop",
    "list configmaps",
  ]) {
    assert.ok(words.includes(one), `${one} is missing of ${words.join(", ")}`);
  }
  // The controller-manager writes those; and nobody's Secrets are written.
  assert.ok(!words.some((one) => /patch.*kube-root-ca|secrets/.test(one)), words.join(", "));
});

test("who rotates etcd's CA alone needs nothing of workloads", () => {
  const words = wordsFor(etcd);
  assert.ok(words.includes("create leases in kube-system"));
  assert.ok(!words.some((one) => /deployments|daemonsets|configmaps/.test(one)), words.join(", "));
});

test("what is missing is one manifest, by namespace and name", () => {
  const rights = rightsOfPlan(planned(cluster), objectsOf(inventory));
  const manifest = rightsManifest("certwright-apply", rights, "alice");
  assert.match(
    manifest,
    /kind: Role\nmetadata: \{ namespace: shop, name: certwright-apply \}\nrules:\n[^]*resources: \[deployments\], resourceNames: \[web\], verbs: \[get, patch\]/,
  );
  assert.match(
    manifest,
    /resources: \[leases\], resourceNames: \[certwright\], verbs: \[get, patch, delete\]/,
  );
});
