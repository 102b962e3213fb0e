import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import type { Fingerprint, KeyId } from "../model/certificate.ts";
import type { Inventory, SlotId } from "../model/inventory.ts";
import type { Phase, Plan, Step } from "../model/plan.ts";
import { exampleCluster } from "./examples/cluster.ts";
import { planFor, type Wanted } from "./plan-for.ts";
import { isSealed } from "./seal.ts";
import { walk } from "./walk/walk.ts";

const now = Date.UTC(2026, 10, 1);
const inventory = exampleCluster({
  digests,
  now,
  members: 3,
  issuers: "three",
  clients: [
    { name: "root", reload: "handshake", service: "none" },
    { name: "app", reload: "start", service: "none" },
  ],
  clientsComplete: true,
});
const issuers = inventory.issuers.map(({ name }) => name);

const planned = (wanted: Wanted, over: Inventory = inventory): Plan => {
  const result = planFor(wanted, over, { now, digests });
  assert.ok(result.ok, JSON.stringify(result));
  return result.plan;
};

const rotation = (protocol: "bundle" | "cross-signed"): Plan =>
  planned({ kind: "rotate", issuers, protocol });

const phaseOf = (plan: Plan, id: string): Phase => {
  const phase = plan.phases.find((one) => one.id === id);
  assert.ok(phase !== undefined, `no phase ${id}`);
  return phase;
};

const idsOf = (steps: readonly Step[], word: string): readonly string[] =>
  steps.flatMap(({ id }) => (id.includes(`.${word}.`) ? [id as string] : []));

test("both protocols are planned, in three and two moves", () => {
  assert.deepEqual(
    rotation("bundle").phases.map(({ id }) => id),
    ["preflight", "stage", "trust", "switch", "drop"],
  );
  assert.deepEqual(
    rotation("cross-signed").phases.map(({ id }) => id),
    ["preflight", "stage", "switch", "drop"],
  );
});

test("three issuers share the restarts: each member is restarted twice by bundles, once by a cross-signature", () => {
  const restarts = (plan: Plan) =>
    plan.phases
      .flatMap(({ steps }) => steps)
      .filter(({ effect }) => effect.kind === "consumer.restart").length;
  assert.equal(restarts(rotation("bundle")), 6);
  assert.equal(restarts(rotation("cross-signed")), 3);
});

test("the leader is restarted last, and every member hands leadership over first", () => {
  const { steps } = phaseOf(rotation("bundle"), "trust");
  assert.deepEqual(idsOf(steps, "restart"), [
    "trust.restart.etcd-2/etcd",
    "trust.restart.etcd-3/etcd",
    "trust.restart.etcd-1/etcd",
  ]);
  for (const { id, needs, requires } of steps.filter(
    ({ effect }) => effect.kind === "consumer.restart",
  )) {
    assert.deepEqual(needs, [id.replace("restart", "move")]);
    assert.ok(requires.some(({ kind }) => kind === "healthy"));
  }
});

test("a client that nobody can restart is asked for, by name", () => {
  const { steps } = phaseOf(rotation("cross-signed"), "drop");
  const asked = steps.find(({ id }) => id === "drop.ask.client/app");
  assert.equal(asked?.approval, true);
  assert.deepEqual(asked.effect, { kind: "none", reloaded: "client/app" });
  assert.match(asked.title, /owner of client\/app/);
});

test("a rollback restarts the member that a change has stopped, whoever else is there", () => {
  const { rollback } = phaseOf(rotation("bundle"), "drop");
  const restart = rollback.find(({ id }) => id === "undo.drop.restart.etcd-2/etcd");
  assert.deepEqual(
    restart?.requires.filter(({ kind }) => kind === "healthy"),
    [{ kind: "healthy", group: "etcd/main", besides: "etcd-2/etcd" }],
  );
});

test("a bundle rotation without its first move breaks a connection, and the walk says which", () => {
  const plan = rotation("bundle");
  const breach = walk({ phases: plan.phases.filter(({ id }) => id !== "trust") }, inventory, now);
  assert.equal(breach?.kind, "edge");
  assert.equal(breach.phase, "switch");
});

test("a trust phase without restarts is caught at the switch: a bundle written is not a bundle loaded", () => {
  const phases = rotation("bundle").phases.map(({ id, title, why, steps, rollback }) => ({
    id,
    title,
    why,
    rollback,
    steps: steps.filter(({ effect }) => effect.kind !== "consumer.restart"),
  }));
  assert.equal(walk({ phases }, inventory, now)?.phase, "switch");
});

test("a rollback that forgets one slot is caught", () => {
  const phases = rotation("bundle").phases.map(({ id, title, why, steps, rollback }) => ({
    id,
    title,
    why,
    steps,
    rollback: rollback.filter((one) => one.id !== "undo.switch.write.etcd-3/etcd"),
  }));
  assert.equal(walk({ phases }, inventory, now)?.kind, "rollback");
});

test("the same goal over the same estate is the same plan, and a changed one shows", () => {
  const plan = rotation("bundle");
  assert.equal(plan.digest, rotation("bundle").digest);
  assert.ok(isSealed(plan, digests));
  const [first, ...others] = plan.phases;
  assert.ok(
    !isSealed({ ...plan, phases: [{ ...first!, title: "Nothing much" }, ...others] }, digests),
  );
  assert.ok(!isSealed({ ...plan, expiresAt: plan.expiresAt + 1 }, digests));
  const read = JSON.parse(JSON.stringify(plan)) as Plan;
  assert.ok(isSealed(read, digests));
});

test("certificates of others stay in a bundle, and so do older generations until the drop", () => {
  const stranger = "f".repeat(64) as Fingerprint;
  const over: Inventory = {
    ...inventory,
    slots: inventory.slots.map((slot) =>
      slot.id === "etcd-1/etcd/client-trust"
        ? {
            ...slot,
            holds: { ...slot.holds!, certificates: [stranger, ...slot.holds!.certificates] },
          }
        : slot,
    ),
  };
  const plan = planned({ kind: "rotate", issuers: ["etcd-client-ca"], protocol: "bundle" }, over);
  const written = (phase: string) =>
    phaseOf(plan, phase).steps.flatMap(({ effect }) =>
      effect.kind === "slots.write"
        ? effect.writes.filter(({ slot }) => slot === "etcd-1/etcd/client-trust")
        : [],
    )[0]?.content;
  const bundle = { kind: "bundle", issuer: "etcd-client-ca", others: [stranger] };
  assert.deepEqual(written("trust"), { ...bundle, generations: [1, 2] });
  assert.deepEqual(written("drop"), { ...bundle, generations: [2] });
});

test("after a run that was given up with its new generation in the bundles, no slot is asked to accept and to refuse the same", () => {
  const [first] = inventory.issuers;
  assert.ok(first !== undefined);
  const [old] = first.generations;
  assert.ok(old !== undefined);
  const left = {
    ...old,
    number: 2,
    stage: "staged" as const,
    key: "9".repeat(64) as KeyId,
    certificate: "8".repeat(64) as Fingerprint,
  };
  const facts = inventory.certificates.find(({ fingerprint }) => fingerprint === old.certificate);
  assert.ok(facts !== undefined);
  const halfDone: Inventory = {
    ...inventory,
    certificates: [
      ...inventory.certificates,
      { ...facts, fingerprint: left.certificate, key: left.key, signedBy: left.key },
    ],
    issuers: inventory.issuers.map((issuer) =>
      issuer === first ? { ...issuer, generations: [old, left] } : issuer,
    ),
    slots: inventory.slots.map((slot) =>
      slot.role === "trusts" && slot.issuer === first.name && slot.holds !== undefined
        ? {
            ...slot,
            holds: { ...slot.holds, certificates: [...slot.holds.certificates, left.certificate] },
          }
        : slot,
    ),
  };
  const plan = planned({ kind: "rotate", issuers: [first.name], protocol: "bundle" }, halfDone);
  const lists = plan.phases.flatMap(({ steps, rollback }) => steps.concat(rollback));
  for (const { id, proves } of lists) {
    const turnedAway = new Set(
      proves.map((one) => (one.kind === "refuses" ? `${one.slot} ${one.generation}` : "")),
    );
    for (const one of proves) {
      assert.ok(one.kind !== "accepts" || !turnedAway.has(`${one.slot} ${one.generation}`), id);
    }
  }
  assert.ok(lists.some(({ proves }) => proves.some(({ kind }) => kind === "refuses")));
});

test("an expired leaf is mended first, and no rollback brings it back", () => {
  const over: Inventory = {
    ...inventory,
    certificates: inventory.certificates.map((one) =>
      one.subject === "CN=etcd-2/etcd/peer"
        ? Object.assign({ ...one }, { notAfter: now - 1 })
        : one,
    ),
    consumers: inventory.consumers.map((one) =>
      one.id === "etcd-2/etcd" ? Object.assign({ ...one }, { healthy: false }) : one,
    ),
  };
  const plan = planned({ kind: "rotate", issuers, protocol: "bundle" }, over);
  assert.deepEqual(
    plan.phases.map(({ id }) => id),
    ["preflight", "heal", "stage", "trust", "switch", "drop"],
  );
  const preflight = phaseOf(plan, "preflight").steps;
  assert.deepEqual(
    preflight.map(({ id }) => id as string),
    ["preflight.backup"],
  );
  const undone = phaseOf(plan, "switch").rollback.flatMap(({ effect }) =>
    effect.kind === "slots.write" ? effect.writes : [],
  );
  const content = undone.find(({ slot }) => slot === "etcd-2/etcd/peer")?.content;
  assert.equal(content?.kind, "leaf");
});

test("a member that was started before its files changed is restarted before anything rests on them", () => {
  const over: Inventory = {
    ...inventory,
    consumers: inventory.consumers.map((one) =>
      one.id === "etcd-3/etcd"
        ? Object.assign({ ...one }, { process: { pid: 7, startedAt: now - 60 * 86_400_000 } })
        : one,
    ),
  };
  const plan = planned({ kind: "rotate", issuers, protocol: "cross-signed" }, over);
  assert.deepEqual(idsOf(phaseOf(plan, "heal").steps, "restart"), ["heal.restart.etcd-3/etcd"]);
});

test("renewing writes each leaf once; with a new key its program is stopped meanwhile", () => {
  const slots = ["etcd-1/etcd/server", "etcd-1/etcd/peer", "client/root/certificate"] as SlotId[];
  const same = phaseOf(planned({ kind: "renew", slots, key: "same" }), "renew").steps;
  assert.deepEqual(idsOf(same, "restart"), []);
  assert.equal(idsOf(same, "write").length, 2);
  const fresh = phaseOf(planned({ kind: "renew", slots, key: "new" }), "renew").steps;
  const member = fresh.find(({ id }) => id === "renew.write.etcd-1/etcd");
  assert.equal(member?.hazard, "disruptive");
  assert.equal(member.effect.kind === "slots.write" && member.effect.during, "stopped");
});

test("a stolen key is replaced in one phase of writes and restarts, after a yes to the outage", () => {
  const plan = planned({ kind: "replace-key", issuer: "etcd-peer-ca" });
  const { steps, why } = phaseOf(plan, "replace");
  assert.equal(steps[0]?.approval, true);
  assert.match(why, /Connections fail meanwhile, for about \d+ s/);
  for (const { effect, requires } of steps) {
    if (effect.kind === "consumer.restart") {
      assert.deepEqual(
        requires.filter(({ kind }) => kind === "healthy"),
        [],
      );
    }
  }
});

test("a generation is dropped once nobody shows it, and not before", () => {
  const [ca, ...others] = inventory.issuers;
  const first = ca!.generations[0]!;
  const second = {
    ...first,
    number: 2,
    stage: "staged" as const,
    key: "c".repeat(64) as typeof first.key,
    certificate: "c".repeat(64) as Fingerprint,
  };
  const withStages = (one: typeof first.stage, two: typeof first.stage): Inventory => ({
    ...inventory,
    issuers: [
      {
        name: ca!.name,
        generations: [
          { ...first, stage: one },
          { ...second, stage: two },
        ],
      },
      ...others,
    ],
  });
  const rulesOf = (over: Inventory, generation: number) => {
    const result = planFor({ kind: "drop-trust", issuer: ca!.name, generation }, over, {
      now,
      digests,
    });
    return result.ok ? [] : [...new Set(result.findings.map(({ rule }) => rule))];
  };
  assert.deepEqual(rulesOf(inventory, 1), ["generation-issuing"]);
  assert.deepEqual(rulesOf(inventory, 7), ["generation-unknown"]);
  assert.deepEqual(rulesOf(withStages("retiring", "issuing"), 1), [
    "still-presented",
    "only-trust",
  ]);
  assert.deepEqual(rulesOf(withStages("issuing", "staged"), 2), []);
});
