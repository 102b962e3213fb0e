import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import type { HolderFacts, Inventory } from "../../model/inventory.ts";
import type { Plan, Protocol, Step } from "../../model/plan.ts";
import { exampleKubernetes, exampleTokens } from "../examples/kubernetes.ts";
import { planText } from "../explain/text.ts";
import { planFor, type Wanted } from "../plan-for.ts";
import { rightsOfPlan } from "../rights.ts";

const now = Date.UTC(2026, 10, 1);
const day = 86_400_000;

const ci: HolderFacts = {
  name: "ci",
  where: "Jenkins",
  owner: "Bo",
  issuers: ["kubernetes-ca"],
  trusts: true,
  presents: true,
};
const scraper: HolderFacts = {
  name: "scraper",
  where: "a Secret",
  issuers: ["etcd-ca"],
  trusts: false,
  presents: true,
};

const inventoryWith = (
  clientsComplete: boolean,
  more: {
    readonly holders?: readonly HolderFacts[];
    readonly audited?: boolean;
    readonly tokens?: true;
  },
): Inventory => {
  const inventory = exampleKubernetes({
    digests,
    now,
    masters: 3,
    workers: 1,
    workloads: [],
    clientsComplete,
    ...(more.tokens === true ? { tokens: true } : {}),
  });
  const consumers = inventory.consumers.map((consumer) =>
    more.audited === true && consumer.program === "kube-apiserver"
      ? Object.assign({}, consumer, { auditLog: "/var/log/kubernetes/audit.log" })
      : consumer,
  );
  const { holders } = more;
  return { ...inventory, consumers, ...(holders === undefined ? {} : { holders }) };
};

const planOver = (
  inventory: Inventory,
  issuers: readonly string[],
  { protocol = "bundle", soak }: { readonly protocol?: Protocol; readonly soak?: number } = {},
): Plan => {
  const planned = planFor({ kind: "rotate", issuers, protocol }, inventory, {
    now,
    digests,
    ...(soak === undefined ? {} : { soak }),
  });
  assert.ok(planned.ok, JSON.stringify(planned));
  return planned.plan;
};

const stepOf = ({ phases }: Plan, id: string): Step | undefined =>
  phases.flatMap(({ steps }) => steps).find((step) => step.id === id);

const askedOf = (step: Step | undefined): readonly string[] =>
  (step?.proves ?? []).map((claim) =>
    claim.kind === "informed" ? `${claim.holder} ${claim.as} ${claim.generation}` : claim.kind,
  );

test("a holder has to trust the new CA before it is shown, and to have it before the old one is dropped", () => {
  const plan = planOver(inventoryWith(true, { holders: [ci, scraper] }), ["kubernetes-ca"]);
  assert.deepEqual(askedOf(stepOf(plan, "switch.holders")), ["ci trust 2"]);
  assert.deepEqual(askedOf(stepOf(plan, "drop.holders")), ["ci trust 2", "ci certificate 2"]);
  assert.ok(stepOf(plan, "drop.ready")?.needs.some((id) => id === "drop.holders"));
  const signs = plan.phases.find(({ id }) => id === "switch")!.steps;
  assert.ok(signs.some(({ needs }) => needs.some((id) => id === "switch.holders")));
  assert.deepEqual(plan.holders, [ci]);
  assert.match(planText(plan), /Holders\n {2}ci: Jenkins \(Bo\): trusts and shows certificates of/);
});

test("by cross-signing nobody has to trust the new CA before the drop", () => {
  const over = inventoryWith(true, { holders: [ci] });
  const plan = planOver(over, ["kubernetes-ca"], { protocol: "cross-signed" });
  assert.equal(stepOf(plan, "switch.holders"), undefined);
  assert.deepEqual(askedOf(stepOf(plan, "drop.holders")), ["ci trust 2", "ci certificate 2"]);
});

test("whoever shows certificates only is asked once, and nobody of an issuer that stays", () => {
  const plan = planOver(inventoryWith(true, { holders: [ci, scraper] }), ["etcd-ca"]);
  assert.equal(stepOf(plan, "switch.holders"), undefined);
  assert.deepEqual(askedOf(stepOf(plan, "drop.holders")), ["scraper certificate 2"]);
  assert.deepEqual(plan.holders, [scraper]);
});

test("the old CA soaks for a day where somebody may have been left out and every API server notes who asks", () => {
  const id = "drop.soak.kubernetes-ca";
  const soakOf = (plan: Plan): number | undefined => {
    const [claim] = stepOf(plan, id)?.proves ?? [];
    return claim?.kind === "unused" ? claim.milliseconds : undefined;
  };
  const audited = inventoryWith(false, { audited: true });
  const plan = planOver(audited, ["kubernetes-ca", "etcd-ca"]);
  assert.equal(soakOf(plan), day);
  assert.ok(stepOf(plan, "drop.ready")?.needs.some((need) => need === id));
  assert.equal(stepOf(plan, "drop.soak.etcd-ca"), undefined);
  assert.equal(soakOf(planOver(audited, ["kubernetes-ca"], { soak: 3_600_000 })), 3_600_000);
  assert.equal(soakOf(planOver(audited, ["kubernetes-ca"], { soak: 0 })), undefined);
  assert.equal(soakOf(planOver(inventoryWith(false, {}), ["kubernetes-ca"])), undefined);
  const known = inventoryWith(true, { audited: true });
  assert.equal(soakOf(planOver(known, ["kubernetes-ca"])), undefined);
  assert.equal(soakOf(planOver(known, ["kubernetes-ca"], { soak: day })), day);
});

test("the old key of tokens soaks as a CA does, by tokens of it, and nobody has to be allowed to list signing requests for it", () => {
  const id = `drop.soak.${exampleTokens}`;
  const unused = {
    kind: "unused",
    issuer: exampleTokens,
    generation: 1,
    milliseconds: day,
    tokens: true,
  };
  const audited = inventoryWith(false, { audited: true, tokens: true });
  const plan = planOver(audited, [exampleTokens]);
  const soak = stepOf(plan, id);
  assert.deepEqual(soak?.proves, [unused]);
  assert.match(soak?.title ?? "", /^Nobody used a token of generation 1 of service-account-keys/);
  assert.ok(stepOf(plan, "drop.ready")?.needs.some((need) => need === id));
  const known = inventoryWith(true, { audited: true, tokens: true });
  assert.equal(stepOf(planOver(known, [exampleTokens]), id), undefined);
  assert.equal(stepOf(planOver(audited, [exampleTokens], { soak: 0 }), id), undefined);
  const unaudited = inventoryWith(false, { tokens: true });
  assert.equal(stepOf(planOver(unaudited, [exampleTokens]), id), undefined);
  const asksForRequests = (of: Plan): boolean =>
    rightsOfPlan(of, { slots: new Map(), consumers: new Map() }).some(
      (right) => "resource" in right && right.resource === "certificatesigningrequests",
    );
  assert.equal(asksForRequests(plan), false);
  assert.equal(asksForRequests(planOver(audited, ["kubernetes-ca", exampleTokens])), true);
});

test("they are asked before a generation is dropped by itself, and after a key was replaced", () => {
  const inventory = inventoryWith(true, { holders: [ci, scraper], audited: true });
  const planned = (wanted: Wanted): Plan => {
    const result = planFor(wanted, inventory, { now, digests });
    assert.ok(result.ok, JSON.stringify(result));
    return result.plan;
  };
  const replaced = planned({ kind: "replace-key", issuer: "kubernetes-ca" });
  const told = stepOf(replaced, "replace.holders");
  assert.deepEqual(askedOf(told), ["ci trust 2", "ci certificate 2"]);
  // Everybody else is back by then.
  assert.deepEqual(told?.needs, ["replace.proved"]);
  assert.deepEqual(replaced.holders, [ci]);
});
