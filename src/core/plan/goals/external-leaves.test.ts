import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import type { Fingerprint, KeyId } from "../../model/certificate.ts";
import type { Inventory } from "../../model/inventory.ts";
import type { Phase, Step } from "../../model/plan.ts";
import { exampleIssuers, exampleKubernetes } from "../examples/kubernetes.ts";
import { planText } from "../explain/text.ts";
import { planFor, type Planned } from "../plan-for.ts";

const now = Date.UTC(2026, 10, 1);
const { cluster, frontProxy } = exampleIssuers;
const external = {
  subject: "CN=Corporate Cluster CA",
  fingerprint: "ab".repeat(32) as Fingerprint,
  leaves: { key: "cd".repeat(32) as KeyId, certificates: ["AAAA"] },
};

const inventory = exampleKubernetes({
  digests,
  now,
  masters: 3,
  workers: 1,
  workloads: [],
  clientsComplete: true,
});

const planned = (over: Inventory, issuers: readonly string[] = [cluster]): Planned =>
  planFor({ kind: "rotate", issuers, external }, over, { now, digests });

const phasesOf = (result: Planned): readonly Phase[] => {
  assert.ok(result.ok, JSON.stringify(result));
  return result.plan.phases;
};

const stepsIn = (phases: readonly Phase[], id: string): readonly Step[] =>
  phases.find((phase) => phase.id === id)?.steps ?? [];

const rules = (result: Planned): readonly string[] =>
  result.ok ? [] : result.findings.map(({ rule }) => rule);

test("the external CA is known first, then every leaf that the switch writes is asked for, once", () => {
  const phases = phasesOf(planned(inventory));
  assert.equal(phases[0]!.id, "ask");
  const [enlist, ask, ...more] = phases[0]!.steps;
  assert.deepEqual(more, []);
  assert.deepEqual(enlist!.effect, {
    kind: "generation.enlist",
    issuer: cluster,
    number: 2,
    certificates: ["AAAA"],
  });
  assert.deepEqual(ask!.needs, [enlist!.id]);
  assert.ok(ask!.effect.kind === "leaves.request");
  const written = stepsIn(phases, "switch").flatMap(({ effect }) =>
    effect.kind === "slots.write"
      ? effect.writes.flatMap(({ slot, content }) => (content.kind === "leaf" ? [slot] : []))
      : [],
  );
  assert.deepEqual(
    ask!.effect.leaves.map(({ slot }) => slot).toSorted(),
    [...new Set(written)].toSorted(),
  );
  assert.ok(ask!.effect.leaves.every(({ content }) => content.generation === 2));
  // Those who are shown a leaf of certwright's own, which has to be asked for, too.
  assert.ok(ask!.effect.verifiers.includes("master-1/kube-apiserver/client-trust" as never));
  assert.deepEqual(
    ask!.proves.map(({ kind }) => kind),
    ["answered"],
  );
});

test("controller-managers stop signing before anybody trusts the new CA, and do not begin again", () => {
  const phases = phasesOf(planned(inventory));
  const ids = phases.map(({ id }) => id);
  assert.ok(ids.indexOf("silence") < ids.indexOf("trust"), ids.join());
  for (const id of ["split", "join"]) assert.ok(!ids.includes(id), id);
  const silenced = stepsIn(phases, "silence").filter(({ effect }) => effect.kind === "flags.set");
  assert.equal(silenced.length, 3);
  for (const { effect } of silenced) {
    assert.ok(effect.kind === "flags.set");
    assert.deepEqual(effect.flags, {
      "cluster-signing-cert-file": "",
      "cluster-signing-key-file": "",
    });
  }
  const back = phases.find(({ id }) => id === "silence")!.rollback;
  const first = back.find(({ effect }) => effect.kind === "flags.set");
  assert.ok(first?.effect.kind === "flags.set");
  assert.equal(first.effect.flags["cluster-signing-cert-file"], "/etc/kubernetes/pki/ca.crt");
});

test("the old CA's keys leave the masters with its trust, and come back when that is taken back", () => {
  const phases = phasesOf(planned(inventory));
  const drop = phases.find(({ id }) => id === "drop")!;
  const contents = (steps: readonly Step[]) =>
    steps.flatMap(({ effect }) =>
      effect.kind === "slots.write"
        ? effect.writes.flatMap(({ slot, content }) =>
            slot.endsWith("/kubeadm/ca") ? [content.kind] : [],
          )
        : [],
    );
  assert.deepEqual(contents(drop.steps), ["nothing", "nothing", "nothing"]);
  assert.deepEqual(contents(drop.rollback), ["before", "before", "before"]);
});

test("one external CA is not taken for two purposes, nor for the one that signs already", () => {
  assert.deepEqual(rules(planned(inventory, [cluster, frontProxy])), ["external-shared"]);
  const issuersWith = (name: string): Inventory => ({
    ...inventory,
    issuers: inventory.issuers.map((issuer) =>
      issuer.name === name
        ? {
            ...issuer,
            generations: issuer.generations.map((one) => ({ ...one, key: external.leaves.key })),
          }
        : issuer,
    ),
  });
  assert.deepEqual(rules(planned(issuersWith(frontProxy))), ["external-shared"]);
});

test("a controller-manager whose flags are its owner's to change is refused while it signs", () => {
  const byHand: Inventory = {
    ...inventory,
    consumers: inventory.consumers.filter(({ program }) => program !== "kubeadm"),
    slots: inventory.slots
      .filter(({ consumer }) => !consumer.endsWith("/kubeadm"))
      .map((slot) => {
        if (!slot.id.endsWith("/kube-controller-manager/signer")) return slot;
        const ca = inventory.slots.find(({ id }) => id === "master-1/kubeadm/ca")!;
        return Object.assign({ ...slot }, { holds: ca.holds! });
      }),
  };
  const result = planned(byHand);
  assert.deepEqual(new Set(rules(result)), new Set(["signer-without-key"]));
  assert.match(result.ok ? "" : result.findings[0]!.cure, /without --cluster-signing-cert-file/);
  const unsigned: Inventory = {
    ...byHand,
    consumers: byHand.consumers.map((one) =>
      one.program === "kube-controller-manager"
        ? Object.assign({ ...one }, { signsWith: "" })
        : one,
    ),
  };
  const ids = phasesOf(planned(unsigned)).map(({ id }) => id);
  assert.ok(!ids.includes("silence"), ids.join());
});

test("a renewal by a CA whose key is elsewhere asks first, and only for what it renews", () => {
  const keyless: Inventory = {
    ...inventory,
    issuers: inventory.issuers.map((issuer) =>
      issuer.name === cluster
        ? { ...issuer, generations: issuer.generations.map((one) => ({ ...one, canSign: false })) }
        : issuer,
    ),
  };
  const wanted = ["master-1/kube-apiserver/serving", "master-1/etcd/server"].map(
    (id) => inventory.slots.find((slot) => slot.id === id)!.id,
  );
  for (const key of ["same", "new"] as const) {
    const result = planFor({ kind: "renew", slots: wanted, key }, keyless, { now, digests });
    const [ask, ...others] = phasesOf(result);
    assert.equal(ask!.id, "ask");
    const [step] = ask!.steps;
    assert.ok(step?.effect.kind === "leaves.request");
    assert.deepEqual(
      step.effect.leaves.map(({ slot, content }) => [slot, content.key]),
      [["master-1/kube-apiserver/serving", key]],
    );
    // The verifiers know it: nobody has to be tried.
    assert.deepEqual(step.effect.verifiers, []);
    assert.deepEqual(
      others.map(({ id }) => id),
      ["preflight", "renew"],
    );
  }
});

test("the text says who signs, what stops, and that others may be let in whom it signs for", () => {
  const result = planned(inventory);
  assert.ok(result.ok);
  const text = planText(result.plan);
  assert.match(text, /Have CN=Corporate Cluster CA sign every leaf/);
  assert.match(text, /sign nothing/);
  assert.match(text, /--accept-blind external-signs-others/);
});
