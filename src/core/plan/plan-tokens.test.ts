/** Plans for the key pair of ServiceAccount tokens, alone and with the CAs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { digests } from "../../adapters/crypto/node-digests.ts";
import type { Fingerprint, KeyId } from "../model/certificate.ts";
import type { Inventory, Slot } from "../model/inventory.ts";
import type { Phase, Plan, Protocol, Step, StepId } from "../model/plan.ts";
import { exampleIssuers, exampleKubernetes, exampleTokens } from "./examples/kubernetes.ts";
import { planFor, type Wanted } from "./plan-for.ts";
import { walk } from "./walk/walk.ts";

const now = Date.UTC(2026, 10, 1);
const everyCa = Object.values(exampleIssuers);

const clusterOf = (masters: number): Inventory =>
  exampleKubernetes({
    digests,
    now,
    masters,
    workers: 1,
    workloads: ["deployment/kube-system/coredns"],
    clientsComplete: true,
    tokens: true,
  });
const three = clusterOf(3);

const planned = (wanted: Wanted, over: Inventory = three): Plan => {
  const result = planFor(wanted, over, { now, digests });
  assert.ok(result.ok, JSON.stringify(result));
  return result.plan;
};
const rotation = (issuers: readonly string[], over = three, protocol?: Protocol): Plan =>
  planned({ kind: "rotate", issuers, ...(protocol === undefined ? {} : { protocol }) }, over);
const refusals = (wanted: Wanted, over: Inventory): readonly string[] => {
  const result = planFor(wanted, over, { now, digests });
  return result.ok ? [] : result.findings.map(({ rule }) => rule);
};

const phaseOf = ({ phases }: Pick<Plan, "phases">, id: string): Phase =>
  phases.find((each) => each.id === id)!;
const restartsIn = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap(({ effect }) => (effect.kind === "consumer.restart" ? [effect.consumer] : []));
const stepIds = (steps: readonly Step[]): readonly string[] => steps.map(({ id }) => id);
const withSlots = (over: Inventory, change: (slot: Slot) => Slot): Inventory => ({
  ...over,
  slots: over.slots.map(change),
});

const masters = ["master-1", "master-2", "master-3"];
const servers = masters.map((one) => `${one}/kube-apiserver`);
const managers = masters.map((one) => `${one}/kube-controller-manager`);

test("a key pair alone is trusted, then signs, then is trusted alone, by three restarts of API servers and one of controller-managers", () => {
  const plan = rotation([exampleTokens]);
  assert.equal(plan.goal.kind === "rotate" && plan.goal.protocol, "bundle");
  assert.deepEqual(
    plan.phases.map(({ id }) => id),
    ["preflight", "stage", "trust", "switch", "drop"],
  );
  assert.deepEqual(restartsIn(phaseOf(plan, "trust").steps).toSorted(), servers);
  assert.deepEqual(
    restartsIn(phaseOf(plan, "switch").steps).toSorted(),
    [...servers, ...managers].toSorted(),
  );
  assert.deepEqual(restartsIn(phaseOf(plan, "drop").steps).toSorted(), servers);
});

test("what is written is one file on every master, and what shows it is loaded are the keys that an API server lists and the token that it signs", () => {
  const plan = rotation([exampleTokens]);
  const restart = phaseOf(plan, "switch").steps.find(
    ({ id }) => id === "switch.restart.master-2/kube-apiserver",
  )!;
  assert.ok(
    restart.proves.some(
      (claim) =>
        claim.kind === "presents" &&
        claim.slot === "master-2/kube-apiserver/token-signer" &&
        claim.generation === 2,
    ),
  );
  const dropped = phaseOf(plan, "drop").steps.find(
    ({ id }) => id === "drop.restart.master-2/kube-apiserver",
  )!;
  assert.deepEqual(
    dropped.proves.flatMap((claim) =>
      claim.kind === "accepts" || claim.kind === "refuses"
        ? [`${claim.kind} ${claim.slot} ${claim.generation}`]
        : [],
    ),
    [
      "accepts master-2/kube-apiserver/token-trust 2",
      "refuses master-2/kube-apiserver/token-trust 1",
    ],
  );
});

test("with every CA the API servers are restarted three times, and nobody more often than without", () => {
  const counted = (plan: Plan, consumer: string): number =>
    plan.phases.flatMap(({ steps }) => restartsIn(steps)).filter((one) => one === consumer).length;
  const cas = rotation(everyCa, three, "bundle");
  const all = rotation([...everyCa, exampleTokens], three, "bundle");
  for (const server of servers) {
    assert.equal(counted(cas, server), 2);
    assert.equal(counted(all, server), 3);
  }
  for (const { id } of three.consumers) {
    if (!servers.includes(id)) assert.equal(counted(all, id), counted(cas, id), id);
  }
});

test("beside cross-signed CAs old and new key are trusted side by side all the same", () => {
  const plan = rotation([...everyCa, exampleTokens], three, "cross-signed");
  assert.deepEqual(restartsIn(phaseOf(plan, "trust").steps).toSorted(), servers);
  const signed = phaseOf(plan, "stage").steps.flatMap(({ effect }) =>
    effect.kind === "generation.cross-sign" ? [effect.issuer] : [],
  );
  assert.deepEqual(signed.toSorted(), everyCa.toSorted());
  assert.deepEqual(
    refusals({ kind: "rotate", issuers: [exampleTokens], protocol: "cross-signed" }, three),
    ["cross-sign-impossible"],
  );
});

test("before the old key is forgotten Secrets are proved to be free of it, and an operator speaks for pods", () => {
  const { steps } = phaseOf(rotation([exampleTokens]), "drop");
  const secrets = steps.find(({ id }) => id === `drop.tokens.${exampleTokens}`)!;
  assert.deepEqual(secrets.proves, [{ kind: "tokens", issuer: exampleTokens, generation: 1 }]);
  assert.equal(secrets.approval, false);
  const pods = steps.find(({ id }) => id === `drop.renewed.${exampleTokens}`)!;
  assert.equal(pods.approval, true);
  assert.deepEqual(pods.needs, [secrets.id]);
  for (const { effect, needs, id } of steps) {
    if (effect.kind === "slots.write") assert.ok(needs.includes(pods.id), id);
  }
  assert.deepEqual(
    stepIds(phaseOf(rotation(everyCa), "drop").steps).filter((id) => id.includes("tokens")),
    [],
  );
});

test("a plan says whose pods it replaces before the new key signs, and so with a token of the old one", () => {
  const riskIn = (issuers: readonly string[], protocol?: Protocol): string =>
    phaseOf(rotation(issuers, three, protocol), "drop").steps.find(
      ({ id }) => id === `drop.renewed.${exampleTokens}`,
    )!.risk!;
  const told =
    /pods that this plan replaces in trust \(deployment\/kube-system\/coredns\) are made before the new key signs/;
  assert.match(riskIn([...everyCa, exampleTokens], "bundle"), told);
  assert.doesNotMatch(riskIn([...everyCa, exampleTokens], "cross-signed"), told);
  assert.doesNotMatch(riskIn([exampleTokens]), told);
});

test("Secrets that hold an old token are named in the plan, before anything is written", () => {
  const risk = (secrets: readonly string[]): string => {
    const over = { ...three, tokens: [{ issuer: exampleTokens, secrets }] };
    const { steps } = phaseOf(rotation([exampleTokens], over), "drop");
    return steps.find(({ id }) => id === `drop.tokens.${exampleTokens}`)?.risk ?? "";
  };
  assert.match(risk(["ci/deployer"]), /; there is one today: ci\/deployer$/);
  assert.match(
    risk(["a/1", "a/2", "a/3", "a/4", "a/5", "a/6", "a/7"]),
    /there are 7 today: a\/1, .*a\/5 and 2 more$/,
  );
  assert.doesNotMatch(risk([]), /today/);
});

const forbidden = { user: "jane", missing: ["create tokenreviews"], manifest: "kind: Role\n" };

test("an operator who may not do what it takes hears that from the plan, with what permits it, and only where keys of tokens change", () => {
  const over = { ...three, tokens: [{ issuer: exampleTokens, secrets: [], forbidden }] };
  const result = planFor({ kind: "rotate", issuers: [exampleTokens] }, over, { now, digests });
  assert.ok(!result.ok);
  const [finding] = result.findings;
  assert.equal(finding?.rule, "tokens-forbidden");
  assert.deepEqual(finding?.evidence, ["create tokenreviews"]);
  assert.match(finding?.cure ?? "", /kubectl apply[^]*kind: Role/);
  rotation(everyCa, over);
});

test("the new key is taken back only when no token of it is left: it has signed some by then", () => {
  const { rollback } = phaseOf(rotation([exampleTokens]), "trust");
  const [secrets, pods] = rollback;
  assert.deepEqual(secrets?.proves, [{ kind: "tokens", issuer: exampleTokens, generation: 2 }]);
  assert.equal(pods?.approval, true);
  for (const { effect, needs } of rollback) {
    if (effect.kind === "slots.write") assert.ok(needs.includes(pods.id));
  }
});

test("on one master each restart of the API server is a gap that somebody has to want", () => {
  const plan = rotation([exampleTokens], clusterOf(1));
  const gaps = plan.phases.flatMap(({ steps }) =>
    steps.filter(
      ({ effect }) =>
        effect.kind === "consumer.restart" && effect.consumer === "master-1/kube-apiserver",
    ),
  );
  assert.equal(gaps.length, 3);
  for (const { approval, risk } of gaps) {
    assert.equal(approval, true);
    assert.match(risk ?? "", /answers nobody until this one is back, for about 45 s/);
  }
});

const withKey = (over: Inventory, id: string, key: string): Inventory => ({
  ...withSlots(over, (slot) =>
    slot.id === id
      ? { ...slot, holds: { ...slot.holds!, certificates: [key as Fingerprint] } }
      : slot,
  ),
  certificates: [
    ...over.certificates,
    {
      fingerprint: key as Fingerprint,
      key: key as never,
      subject: "",
      issuer: "",
      notBefore: 0,
      notAfter: Infinity,
      ca: true,
    },
  ],
});

test("masters whose keys differ are told before the first write", () => {
  const other = "f".repeat(64);
  const signing = withKey(three, "master-2/kube-apiserver/token-signer", other);
  const wanted = { kind: "rotate", issuers: [exampleTokens] } as const;
  assert.deepEqual(refusals(wanted, signing), ["signer-foreign", "masters-differ"]);
  const trusting = withKey(three, "master-3/kube-apiserver/token-trust", other);
  assert.deepEqual(refusals(wanted, trusting), ["issuer-foreign", "masters-differ"]);
});

test("a key file that a certificate stands on is not written, and one like it is parted from it in words", () => {
  const key = "/etc/kubernetes/pki/apiserver.key";
  const shared = withSlots(three, (slot) =>
    slot.place.form?.kind === "private-key"
      ? { ...slot, place: { ...slot.place, path: key } }
      : slot,
  );
  const wanted = { kind: "rotate", issuers: [exampleTokens] } as const;
  assert.deepEqual([...new Set(refusals(wanted, shared))], ["key-shared"]);
  const serving = three.slots.find(({ id }) => id === "master-1/kube-apiserver/serving")!;
  const [leaf] = serving.holds!.certificates;
  const sameKey: Inventory = {
    ...three,
    certificates: three.certificates.map((one) =>
      one.fingerprint === leaf
        ? {
            ...one,
            key: three.issuers.find(({ name }) => name === exampleTokens)!.generations[0]!.key,
          }
        : one,
    ),
  };
  assert.match(
    rotation([exampleTokens], sameKey).reason ?? "",
    /that of the certificate of master-1\/kube-apiserver\/serving, too/,
  );
});

test("a key pair is not replaced all at once", () => {
  assert.deepEqual(refusals({ kind: "replace-key", issuer: exampleTokens }, three), [
    "tokens-everywhere",
  ]);
});

test("what a run that was given up has left in sa.pub can be taken out alone, with the same two gates", () => {
  const second = "e".repeat(64);
  const [first] = three.issuers.find(({ name }) => name === exampleTokens)!.generations;
  const issuers = three.issuers.map((one) =>
    one.name === exampleTokens
      ? {
          name: one.name,
          generations: [
            { ...first!, stage: "retiring" as const },
            { ...first!, number: 2, key: second as KeyId, certificate: second as Fingerprint },
          ],
        }
      : one,
  );
  const both = withSlots(
    withKey(three, "master-1/kube-apiserver/token-signer", second),
    (slot): Slot =>
      slot.issuer === exampleTokens
        ? {
            ...slot,
            holds: {
              ...slot.holds!,
              certificates: (slot.role === "trusts"
                ? [second, first!.key]
                : [second]) as string[] as Fingerprint[],
            },
          }
        : slot,
  );
  const over = { ...both, issuers };
  const plan = planned({ kind: "drop-trust", issuer: exampleTokens, generation: 1 }, over);
  const { steps } = phaseOf(plan, "drop");
  assert.deepEqual(stepIds(steps).slice(0, 3), [
    "drop.ready",
    `drop.tokens.${exampleTokens}`,
    `drop.renewed.${exampleTokens}`,
  ]);
  assert.deepEqual(restartsIn(steps).toSorted(), servers);
  const powerless = { ...over, tokens: [{ issuer: exampleTokens, secrets: [], forbidden }] };
  assert.deepEqual(
    refusals({ kind: "drop-trust", issuer: exampleTokens, generation: 1 }, powerless),
    ["tokens-forbidden"],
  );
  assert.deepEqual(refusals({ kind: "drop-trust", issuer: exampleTokens, generation: 2 }, over), [
    "generation-issuing",
  ]);
});

const without = (phase: Phase, isGone: (step: Step) => boolean): Phase => {
  const gone = new Set<StepId>(phase.steps.filter(isGone).map(({ id }) => id));
  return {
    ...phase,
    steps: phase.steps
      .filter(({ id }) => !gone.has(id))
      .map((step) => Object.assign({}, step, { needs: step.needs.filter((id) => !gone.has(id)) })),
  };
};

test("a plan that drops the old key before it switches, or switches before it trusts, is not given out", () => {
  const { phases } = rotation([exampleTokens]);
  const [preflight, stage, trust, switchOver, drop] = phases as [Phase, Phase, Phase, Phase, Phase];
  assert.equal(walk({ phases }, three, now), undefined);
  assert.equal(
    walk({ phases: [preflight, stage, trust, drop, switchOver] }, three, now)?.kind,
    "edge",
  );
  assert.equal(
    walk({ phases: [preflight, stage, switchOver, trust, drop] }, three, now)?.kind,
    "edge",
  );
  assert.equal(walk({ phases: [preflight, stage, trust, switchOver] }, three, now), undefined);
});

test("a plan that leaves out any restart or write of an API server before the drop is not given out", () => {
  const seed = Number(process.env["FC_SEED"] ?? 20261123);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom("trust.write", "trust.restart", "switch.restart"),
      fc.nat(),
      fc.subarray(everyCa),
      (count, kind, pick, cas) => {
        const over = clusterOf(count);
        const plan = rotation([...cas, exampleTokens], over, "bundle");
        const server = `master-${1 + (pick % count)}/kube-apiserver`;
        const broken = plan.phases.map((phase) =>
          without(phase, ({ id }) => id === `${kind}.${server}`),
        );
        assert.equal(walk(plan, over, now), undefined);
        assert.notEqual(walk({ phases: broken }, over, now), undefined, `${kind}.${server}`);
      },
    ),
    { seed, numRuns: 30 },
  );
});
