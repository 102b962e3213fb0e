/** Plans for any estate, carried out in any order, broken off anywhere and taken back: no connection ever fails. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import type { Fingerprint, KeyId } from "../../model/certificate.ts";
import type {
  CertificateFacts,
  Consumer,
  Digest,
  GenerationFacts,
  Held,
  Inventory,
  Slot,
} from "../../model/inventory.ts";
import type { Phase, Step } from "../../model/plan.ts";
import { exampleCluster } from "../examples/cluster.ts";
import { exampleKubernetes } from "../examples/kubernetes.ts";
import { randomRun, type Pick } from "../examples/random-run.ts";
import { placeWord } from "../places.ts";
import { planFor, type Wanted } from "../plan-for.ts";
import { surveyOf } from "../survey.ts";
import { walk } from "./walk.ts";

const seed = Number(process.env["FC_SEED"] ?? 20_261_123);
const numRuns = Number(process.env["FC_RUNS"] ?? 200);
const now = Date.UTC(2026, 10, 1);
const day = 86_400_000;

const anyClient = fc.record({
  name: fc.constantFrom("root", "app", "backup", "metrics"),
  reload: fc.constantFrom("handshake", "start", "unknown"),
  service: fc.constantFrom("none", "command"),
} as const);

const anyCluster = fc
  .record({
    members: fc.integer({ min: 1, max: 4 }),
    issuers: fc.constantFrom("shared", "three"),
    clients: fc.uniqueArray(anyClient, { maxLength: 3, selector: ({ name }) => name }),
    clientsComplete: fc.boolean(),
  } as const)
  .map((example) => exampleCluster({ digests, now, ...example }));

const anyKubernetes = fc
  .record({
    masters: fc.integer({ min: 1, max: 3 }),
    workers: fc.integer({ min: 0, max: 2 }),
    workloads: fc.subarray([
      "deployment/kube-system/coredns",
      "daemonset/kube-system/kube-proxy",
      "daemonset/net/cni",
    ]),
    clientsComplete: fc.boolean(),
  })
  .map((example) => exampleKubernetes({ digests, now, ...example }));

/** What estates have beside what they should: each changes one place, chosen by a number. */
const perturbations: Readonly<Record<string, (inventory: Inventory, n: number) => Inventory>> = {
  "a leaf has expired": (inventory, n) => withLeaf(inventory, n, { notAfter: now - day }),
  "a leaf ends soon": (inventory, n) => withLeaf(inventory, n, { notAfter: now + day }),
  "a bundle holds a stranger": (inventory, n) => {
    const stranger: CertificateFacts = {
      fingerprint: "f".repeat(64) as Fingerprint,
      key: "e".repeat(64) as KeyId,
      signedBy: "e".repeat(64) as KeyId,
      subject: "CN=corporate",
      issuer: "CN=corporate",
      notBefore: now - day,
      notAfter: now + 1000 * day,
      ca: true,
    };
    const chosen = nth(
      inventory.slots.filter(({ role, holds }) => role === "trusts" && holds !== undefined),
      n,
    );
    const withIt = withHeld(
      inventory,
      (slot) => chosen !== undefined && placeWord(slot) === placeWord(chosen),
      (held) => [...held, stranger.fingerprint],
    );
    return { ...withIt, certificates: [...withIt.certificates, stranger] };
  },
  "an earlier run left its generation in bundles, and its signers split": (inventory, n) => {
    const issuer = nth(inventory.issuers, n)!;
    const [first] = issuer.generations;
    const left = "c".repeat(64) as Fingerprint;
    const key = digests.sha256Hex(Uint8Array.from(issuer.name, (c) => c.charCodeAt(0))) as KeyId;
    const facts = inventory.certificates.find(
      ({ fingerprint }) => fingerprint === first!.certificate,
    )!;
    const held = withHeld(
      inventory,
      (slot) => slot.role === "trusts" && slot.issuer === issuer.name && slot.holds !== undefined,
      (certificates) => [...certificates, left],
    );
    return {
      ...held,
      certificates: [...held.certificates, { ...facts, fingerprint: left, key, signedBy: key }],
      issuers: inventory.issuers.map((one) =>
        one === issuer
          ? {
              name: one.name,
              generations: [
                first!,
                { ...first!, number: 2, stage: "staged", key, certificate: left },
              ],
            }
          : one,
      ),
      slots: held.slots.map((slot) =>
        slot.role === "signs" && slot.holds === undefined && slot.issuer === issuer.name
          ? Object.assign({ ...slot }, { holds: signerHeld(first!.certificate) })
          : slot,
      ),
    };
  },
  "a signer has files of its own": (inventory) => ({
    ...inventory,
    slots: inventory.slots.map((slot) =>
      slot.role === "signs" && slot.holds === undefined
        ? Object.assign(
            { ...slot },
            {
              holds: signerHeld(
                inventory.issuers.find(({ name }) => name === slot.issuer)!.generations[0]!
                  .certificate,
              ),
            },
          )
        : slot,
    ),
  }),
  "a client's files are elsewhere": (inventory, n) => {
    // What others read at the same place is there.
    const { slotsAt, slotsOf } = surveyOf(inventory);
    const clients = inventory.consumers.filter(
      ({ id, group }) =>
        group === undefined &&
        (slotsOf.get(id) ?? []).every((slot) => slotsAt.get(placeWord(slot))!.length === 1),
    );
    const gone = clients[n % Math.max(1, clients.length)];
    return {
      ...inventory,
      slots: inventory.slots.map(({ holds, ...slot }) =>
        slot.consumer === gone?.id || holds === undefined ? slot : Object.assign(slot, { holds }),
      ),
    };
  },
  "a member has not loaded its files": (inventory, n) =>
    withConsumer(inventory, n, (one) => ({
      ...one,
      process: { pid: 1, startedAt: now - 400 * day },
    })),
  "another member leads": (inventory, n) => ({
    ...inventory,
    consumers: inventory.consumers.map((one, index) =>
      one.group === undefined ? one : Object.assign({ ...one }, { leader: index === n % 3 }),
    ),
  }),
  "an earlier run left a generation": (inventory, n) =>
    withGeneration(inventory, n, (generation, name) => [
      generation,
      {
        ...generation,
        number: 2,
        stage: "staged",
        key: digests.sha256Hex(Uint8Array.from(`${name} 2`, (c) => c.charCodeAt(0))) as KeyId,
        certificate: "d".repeat(64) as Fingerprint,
      },
    ]),
  "a CA may sign no other": (inventory, n) =>
    withGeneration(inventory, n, (generation) => [{ ...generation, pathLength: 0 }]),
  "a CA's key is elsewhere": (inventory, n) =>
    withGeneration(inventory, n, (generation) => [{ ...generation, canSign: false }]),
};

const signerHeld = (certificate: Fingerprint): Held => ({
  digest: "b".repeat(64) as Digest,
  certificates: [certificate],
  mode: 0o644,
  changedAt: now - 29 * day,
});

const withHeld = (
  inventory: Inventory,
  which: (slot: Slot) => boolean,
  change: (held: readonly Fingerprint[]) => readonly Fingerprint[],
): Inventory => ({
  ...inventory,
  slots: inventory.slots.map((slot) =>
    which(slot)
      ? Object.assign(
          { ...slot },
          {
            holds: { ...slot.holds!, certificates: change(slot.holds!.certificates) },
          },
        )
      : slot,
  ),
});

const nth = <T>(values: readonly T[], n: number): T | undefined =>
  values[n % Math.max(1, values.length)];

const withLeaf = (inventory: Inventory, n: number, facts: Partial<CertificateFacts>): Inventory => {
  const chosen = nth(
    inventory.certificates.filter(({ ca }) => !ca),
    n,
  );
  return {
    ...inventory,
    certificates: inventory.certificates.map((one) =>
      one === chosen ? Object.assign({ ...one }, facts) : one,
    ),
  };
};

const withConsumer = (
  inventory: Inventory,
  n: number,
  change: (one: Consumer) => Consumer,
): Inventory => {
  const chosen = nth(
    inventory.consumers.filter(({ group }) => group !== undefined),
    n,
  );
  return {
    ...inventory,
    consumers: inventory.consumers.map((one) => (one === chosen ? change(one) : one)),
  };
};

const withGeneration = (
  inventory: Inventory,
  n: number,
  change: (generation: GenerationFacts, issuer: string) => readonly GenerationFacts[],
): Inventory => {
  const chosen = nth(inventory.issuers, n);
  return {
    ...inventory,
    issuers: inventory.issuers.map((one) =>
      one === chosen ? { name: one.name, generations: change(one.generations[0]!, one.name) } : one,
    ),
  };
};

const anyInventory = fc
  .tuple(
    fc.oneof(anyCluster, anyKubernetes),
    fc.array(fc.tuple(fc.constantFrom(...Object.keys(perturbations)), fc.nat(50)), {
      maxLength: 3,
    }),
  )
  .map(([cluster, changes]) =>
    changes.reduce((inventory, [name, n]) => perturbations[name]!(inventory, n), cluster),
  );

const anyWanted = (inventory: Inventory): fc.Arbitrary<Wanted> => {
  const names = inventory.issuers.map(({ name }) => name);
  const leaves = inventory.slots.flatMap(({ role, id }) => (role === "presents" ? [id] : []));
  const issuers = fc.subarray(names, { minLength: 1 });
  return fc.oneof(
    fc.record({ kind: fc.constant("rotate" as const), issuers }),
    fc.record({
      kind: fc.constant("rotate" as const),
      issuers,
      protocol: fc.constantFrom("bundle" as const, "cross-signed" as const),
    }),
    fc.record({
      kind: fc.constant("renew" as const),
      slots: fc.subarray(leaves, { minLength: 1 }),
      key: fc.constantFrom("same" as const, "new" as const),
    }),
    fc.record({ kind: fc.constant("replace-key" as const), issuer: fc.constantFrom(...names) }),
    fc.record({
      kind: fc.constant("drop-trust" as const),
      issuer: fc.constantFrom(...names),
      generation: fc.constantFrom(1, 2),
    }),
  );
};

const anyCase = anyInventory.chain((inventory) =>
  fc.record({
    inventory: fc.constant(inventory),
    wanted: anyWanted(inventory),
    luck: fc.noShrink(fc.infiniteStream(fc.nat())),
  }),
);

const picking = (luck: fc.Stream<number>): Pick => {
  const numbers = luck[Symbol.iterator]();
  return (bound) => (bound === 0 ? 0 : Number(numbers.next().value) % bound);
};

test("no order of a plan's steps, broken off anywhere and taken back, breaks a connection", () => {
  const planned = new Map<string, number>();
  fc.assert(
    fc.property(anyCase, ({ inventory, wanted, luck }) => {
      const result = planFor(wanted, inventory, { now, digests });
      if (!result.ok) {
        // A refusal says what is so; a plan of our own making that breaks something would be a fault.
        const own = new Set(["connection-would-break", "rollback-incomplete"]);
        assert.deepEqual(
          result.findings.filter(({ rule }) => own.has(rule)),
          [],
        );
        assert.ok(result.findings.length > 0);
        return;
      }
      planned.set(wanted.kind, (planned.get(wanted.kind) ?? 0) + 1);
      if (wanted.kind === "replace-key") return;
      for (let run = 0; run < 3; run++) {
        const broken = randomRun(result.plan.phases, inventory, now, picking(luck));
        assert.equal(broken, undefined, JSON.stringify(broken));
      }
    }),
    { seed, numRuns },
  );
  // Refusing everything would pass as well.
  for (const kind of ["rotate", "renew", "replace-key"]) {
    assert.ok((planned.get(kind) ?? 0) > numRuns / 20, `${kind}: ${planned.get(kind)} planned`);
  }
});

/** One thing wrong with a plan: a step left out, a need forgotten, two phases the other way round, a content swapped. */
const spoil = (phases: readonly Phase[], pick: Pick): readonly Phase[] => {
  const all = phases.flatMap(({ steps }) => steps);
  const chosen = all[pick(all.length)]!;
  const change = (replace: (step: Step) => readonly Step[]): readonly Phase[] =>
    phases.map((phase) =>
      Object.assign(
        { ...phase },
        { steps: phase.steps.flatMap((one) => (one === chosen ? replace(one) : [one])) },
      ),
    );
  switch (pick(4)) {
    case 0:
      return change(() => []).map((phase) =>
        Object.assign(phase, {
          steps: phase.steps.map((one) =>
            Object.assign({ ...one }, { needs: one.needs.filter((need) => need !== chosen.id) }),
          ),
        }),
      );
    case 1:
      return change((one) => [{ ...one, needs: [] }]);
    case 2: {
      const first = pick(phases.length);
      const second = pick(phases.length);
      return phases.map((phase, index) =>
        index === first ? phases[second]! : index === second ? phases[first]! : phase,
      );
    }
    default:
      return phases.filter((_, index) => index !== pick(phases.length));
  }
};

test("the walk sees every plan that some order of its steps makes break a connection", () => {
  let caught = 0;
  fc.assert(
    fc.property(anyCase, ({ inventory, wanted, luck }) => {
      const result = planFor(wanted, inventory, { now, digests });
      if (!result.ok || wanted.kind === "replace-key") return;
      const pick = picking(luck);
      const phases = spoil(result.plan.phases, pick);
      for (let run = 0; run < 3; run++) {
        const broken = randomRun(phases, inventory, now, pick);
        if (broken === undefined) continue;
        caught += 1;
        assert.notEqual(walk({ phases }, inventory, now), undefined, JSON.stringify(broken));
        return;
      }
    }),
    { seed, numRuns },
  );
  assert.ok(caught > numRuns / 20, `${caught} spoiled plans broke something`);
});
