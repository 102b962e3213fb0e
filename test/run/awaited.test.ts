import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import type { Claim, Proof } from "../../src/core/model/claim.ts";
import type { Plan } from "../../src/core/model/plan.ts";
import { runLimits } from "../../src/core/run/limits.ts";
import { reportOf } from "../../src/core/run/report.ts";
import { openRecord } from "../../src/engine/run/record.ts";
import type { World } from "../../src/ports/world.ts";
import { boot, estateOf, type BootEnd, type Estate } from "./boot.ts";
import { askingPlan as asking } from "./small-plan.ts";
import { smallWorld, type SmallWorld } from "./small-world.ts";

const holder: Claim = {
  kind: "informed",
  holder: "ci",
  issuer: "peer",
  generation: 2,
  as: "certificate",
};
const hour = 3_600_000;
const soak: Claim = { kind: "unused", issuer: "peer", generation: 1, milliseconds: hour };

/** The small world, in which somebody else says what is seen of holders and audit logs. */
const worldWith = (see: (claim: Claim) => Pick<Proof, "verdict" | "evidence" | "until">) => {
  const world = smallWorld();
  const outside: World = {
    perform: world.perform,
    observe: (claims) =>
      Promise.all(
        claims.map(async (claim): Promise<Proof> => {
          if (claim.kind !== "informed" && claim.kind !== "unused") {
            return (await world.observe([claim]))[0]!;
          }
          return { claim, method: "read-back", observedAt: 0, ...see(claim) };
        }),
      ),
  };
  return { world, estate: estateOf(outside) };
};

const dropped = (world: SmallWorld): boolean =>
  [...world.members.values()].some(({ trusts }) => !trusts.includes(1));

const acknowledge = async (estate: Estate, plan: Plan, name: string): Promise<void> => {
  const journal = {
    read: async () => [...estate.entries],
    append: async (entry: (typeof estate.entries)[number]) => void estate.entries.push(entry),
  };
  const record = await openRecord(
    { journal, clock: { now: () => estate.now }, digests },
    { run: "r", plan, epoch: estate.epoch },
    runLimits,
    () => undefined,
  );
  await record.append({ kind: "claim.acknowledged", name, by: "alice", note: "told them" });
};

const stuckOf = (end: BootEnd) => {
  assert.equal(end.kind, "paused");
  return end.stuck;
};

test("a holder that nobody can look at stops the run before the drop, at once, until somebody vouches for it by name", async () => {
  const plan = asking(holder);
  const { world, estate } = worldWith(() => ({ verdict: "unknowable", evidence: "not ours" }));
  const before = estate.now;
  const stuck = stuckOf(await boot(estate, plan));
  assert.ok(stuck.kind === "awaited" && stuck.until === undefined);
  assert.ok(estate.now - before < runLimits.patience, "it did not try for ten minutes");
  assert.equal(dropped(world), false);
  // Going on without a word changes nothing.
  assert.equal(stuckOf(await boot(estate, plan)).kind, "awaited");
  await acknowledge(estate, plan, "ci:certificate");
  const end = await boot(estate, plan);
  assert.equal(end.kind, "closed");
  assert.equal(dropped(world), true);
  const report = reportOf(plan, estate.entries, digests);
  assert.deepEqual(
    report.acknowledged.map(({ name, by, note }) => ({ name, by, note })),
    [{ name: "ci:certificate", by: "alice", note: "told them" }],
  );
  const proof = report.proofs.find(({ step }) => step === "drop.asked");
  assert.equal(proof?.method, "word");
  assert.match(proof.evidence, /^alice vouched for it on .*: told them; what was seen: not ours$/);
});

test("a holder that is seen to have it needs nobody's word", async () => {
  const { world, estate } = worldWith(() => ({
    verdict: "holds",
    evidence: "it is in the Secret",
  }));
  assert.equal((await boot(estate, asking(holder))).kind, "closed");
  assert.equal(dropped(world), true);
});

test("nobody's word is taken for what is proved by looking, nor for what is not asked now", async () => {
  const plan = asking(holder);
  const { estate } = worldWith(() => ({ verdict: "fails", evidence: "" }));
  await boot(estate, plan);
  for (const name of ["ci:trust", "soak:peer", "nobody"])
    await assert.rejects(acknowledge(estate, plan, name), /nobody's word was asked for/);
});

test("what takes a day ends the process with the moment until which it waits; a later one goes on then, and not before", async () => {
  const plan = asking(soak);
  let used = 1000;
  const seen: { now: () => number } = { now: () => 0 };
  const { world, estate } = worldWith(() =>
    seen.now() >= used + hour
      ? { verdict: "holds", evidence: "nobody" }
      : { verdict: "fails", evidence: "ci from 10.0.0.5 with curl/8", until: used + hour },
  );
  seen.now = () => estate.now;
  const first = stuckOf(await boot(estate, plan));
  assert.ok(first.kind === "awaited");
  assert.equal(first.until, used + hour);
  estate.now += hour / 2;
  // The client was there again: it begins anew.
  used = estate.now;
  const second = stuckOf(await boot(estate, plan));
  assert.ok(second.kind === "awaited");
  assert.equal(second.until, used + hour);
  assert.equal(dropped(world), false);
  estate.now = used + hour;
  assert.equal((await boot(estate, plan)).kind, "closed");
  assert.equal(dropped(world), true);
});

test("what is over soon is waited for, and a client that keeps coming is not waited for without end", async () => {
  const plan = asking(soak);
  const now = { of: () => 0 };
  const short = 60_000;
  let world = worldWith(() =>
    now.of() >= 2 * short
      ? { verdict: "holds", evidence: "" }
      : { verdict: "fails", evidence: "", until: 2 * short },
  );
  now.of = () => world.estate.now;
  assert.equal((await boot(world.estate, plan)).kind, "closed");
  world = worldWith(() => ({ verdict: "fails", evidence: "ci", until: now.of() + short }));
  now.of = () => world.estate.now;
  assert.equal(stuckOf(await boot(world.estate, plan)).kind, "awaited");
  assert.ok(world.estate.now <= 1000 + runLimits.patience + 2 * short);
});
