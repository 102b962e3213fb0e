import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Claim } from "../../src/core/model/claim.ts";
import type { StepId } from "../../src/core/model/plan.ts";
import { runLimits } from "../../src/core/run/limits.ts";
import { createAborting } from "../../src/engine/run/bell.ts";
import type { World } from "../../src/ports/world.ts";
import { boot, estateOf, type BootEnd, type BootOptions, type Estate } from "./boot.ts";
import { members, smallPlan, trustSlot } from "./small-plan.ts";
import { smallWorld, type Fate, type SmallWorld } from "./small-world.ts";

const plan = smallPlan();

const setUp = (): { world: SmallWorld; estate: Estate } => {
  const world = smallWorld();
  return { world, estate: estateOf(world) };
};

const verdictOf = (end: BootEnd): string =>
  "run" in end && end.run.stage.kind === "closed" ? end.run.stage.verdict : end.kind;

const undisturbed = async (): Promise<{ picture: string; entries: number }> => {
  const { world, estate } = setUp();
  assert.equal(verdictOf(await boot(estate, plan)), "reached");
  return { picture: world.picture(), entries: estate.entries.length };
};

/** Number of the record in a run without trouble. */
const recordOf = async (kind: "step.intended" | "step.settled", step: string): Promise<number> => {
  const { estate } = setUp();
  await boot(estate, plan);
  const found = estate.entries.find(({ event }) => event.kind === kind && event.step === step);
  assert.ok(found);
  return found.sequence;
};

test("a run without trouble reaches its goal, restarts each member twice, and writes two records for each step that acts", async () => {
  const { world, estate } = setUp();
  assert.equal(verdictOf(await boot(estate, plan)), "reached");
  assert.deepEqual(world.harm, []);
  assert.equal(world.history.filter((word) => word.startsWith("restart")).length, 6);
  // Opened, closed; 15 steps that act, 4 barriers.
  assert.equal(estate.entries.length, 2 + 15 * 2 + 4);
});

for (const side of ["dieAfter", "dieBefore"] as const) {
  test(`killed ${side === "dieAfter" ? "after" : "before"} any record, the next process ends in the same place and nothing is harmed on the way`, async () => {
    const { picture, entries } = await undisturbed();
    for (let at = 1; at <= entries; at++) {
      const { world, estate } = setUp();
      assert.equal((await boot(estate, plan, { [side]: at })).kind, "died", `record ${at}`);
      assert.equal(verdictOf(await boot(estate, plan)), "reached", `record ${at}`);
      assert.equal(world.picture(), picture, `record ${at}`);
      assert.deepEqual(world.harm, [], `record ${at}`);
    }
  });
}

for (const fate of ["lost", "unheard", "refused"] as const satisfies readonly Fate[]) {
  test(`whichever effect is ${fate}, alone or with a kill after any later record, the end is the same`, async () => {
    const { picture, entries } = await undisturbed();
    for (let victim = 1; victim <= 15; victim++) {
      for (let at = 0; at <= entries + 2; at += at === 0 ? 1 : 5) {
        const { world, estate } = setUp();
        let sent = 0;
        world.fate = () => {
          sent += 1;
          return sent === victim ? fate : undefined;
        };
        const where = `effect ${victim}, record ${at}`;
        if (at > 0) await boot(estate, plan, { dieAfter: at });
        if (estate.entries.at(-1)?.event.kind !== "run.closed") {
          assert.equal(verdictOf(await boot(estate, plan)), "reached", where);
        }
        assert.equal(world.picture(), picture, where);
        assert.deepEqual(world.harm, [], where);
      }
    }
  });
}

test("a wish stops the run after the current step, and the next process goes on", async () => {
  for (let at = 1; at < 12; at++) {
    const { world, estate } = setUp();
    let asked = 0;
    const wish: BootOptions["wish"] = () => {
      asked += 1;
      return asked >= at ? { kind: "pause", by: "night shift", why: "lunch" } : undefined;
    };
    const end = await boot(estate, plan, { wish });
    assert.equal(end.kind, "stopped");
    const inFlight = estate.entries.filter(({ event }) => event.kind === "step.intended").length;
    const settled = estate.entries.filter(
      ({ event }) =>
        event.kind === "step.settled" && event.outcome.kind === "done" && event.outcome.effect,
    ).length;
    assert.equal(inFlight, settled, "every step that was begun is finished");
    assert.deepEqual(estate.entries.at(-1)?.event, {
      kind: "run.paused",
      by: "night shift",
      why: "lunch",
    });
    assert.equal(verdictOf(await boot(estate, plan)), "reached");
    assert.deepEqual(world.harm, []);
  }
});

test("an effect that only waits ends when somebody interrupts the run, and the next process waits on", async () => {
  const { world, estate } = setUp();
  const hurry = createAborting();
  const told: string[] = [];
  let waited = 0;
  const waiting: World = {
    ...world,
    perform: async (effect, attempt, meanwhile) => {
      const performed = await world.perform(effect, attempt);
      if (effect.kind !== "consumer.restart" || waited > 0) return performed;
      waited += 1;
      meanwhile!.tell("of 2 pods 1 is new");
      hurry.abort();
      assert.equal(meanwhile!.hurry?.aborted, true);
      const failure = { code: "rotation.wait-left", message: "left", retry: "now" } as const;
      return { kind: "unknown", failure };
    },
  };
  const end = await boot({ ...estate, world: waiting }, plan, {
    hurry,
    wish: () => (hurry.aborted ? { kind: "interrupt", by: "me", why: "Ctrl-C" } : undefined),
    listen: (progress) => {
      if (progress.kind === "activity" && progress.activity.kind === "acting") {
        told.push(progress.activity.awaited ?? "begun");
      }
    },
  });
  assert.equal(end.kind, "stopped");
  assert.equal(told.at(-1), "of 2 pods 1 is new");
  assert.equal(verdictOf(await boot(estate, plan)), "reached");
  assert.deepEqual(world.harm, []);
});

test("what was carried out and is not proved yet is looked at for a few seconds more when somebody interrupts", async () => {
  const { world, estate } = setUp();
  const hurry = createAborting();
  let restarted = 0;
  const inside: World = {
    // From the first restart on nothing shows any more.
    observe: async (claims) =>
      (await world.observe(claims)).map((proof) =>
        restarted === 0 ? proof : Object.assign({}, proof, { verdict: "fails" }),
      ),
    perform: async (effect, attempt) => {
      const performed = await world.perform(effect, attempt);
      if (effect.kind === "consumer.restart") restarted = interrupted.now;
      return performed;
    },
  };
  const interrupted: Estate = { ...estate, world: inside };
  const end = await boot(interrupted, plan, {
    hurry,
    wish: () => (hurry.aborted ? { kind: "interrupt", by: "me", why: "Ctrl-C" } : undefined),
    listen: (progress) => {
      if (progress.kind === "activity" && progress.activity.kind === "proving" && restarted > 0) {
        hurry.abort();
      }
    },
  });
  const waited = interrupted.now - restarted;
  assert.ok(waited < 2 * runLimits.doubt && waited < runLimits.shortestProving, `${waited} ms`);
  assert.equal(end.kind, "stopped");
  assert.equal(verdictOf(await boot(estate, plan)), "reached");
});

test("rolled back from any point, everything is as it was before", async () => {
  const { entries } = await undisturbed();
  const before = smallWorld().picture();
  for (let at = 1; at < entries; at++) {
    const { world, estate } = setUp();
    await boot(estate, plan, { dieAfter: at });
    const end = await boot(estate, plan, { rollback: "changed our mind" });
    assert.equal(verdictOf(end), "rolled-back", `record ${at}`);
    assert.equal(world.picture(), before, `record ${at}`);
    assert.deepEqual(world.harm, [], `record ${at}`);
  }
});

test("a rollback that is itself killed after any record still ends where it began", async () => {
  const before = smallWorld().picture();
  // One of them with a restart in doubt, which holds nothing up on the way back.
  const restart = await recordOf("step.intended", "trust.restart.m2");
  for (const from of [9, restart, 20, 28, 34]) {
    for (let at = from + 1; ; at++) {
      const { world, estate } = setUp();
      await boot(estate, plan, { dieAfter: from });
      const end = await boot(estate, plan, { rollback: "no", dieAfter: at });
      if (end.kind !== "died") break;
      if (estate.entries.at(-1)?.event.kind === "run.closed") continue;
      const begun = estate.entries.some(({ event }) => event.kind === "rollback.begun");
      const last = await boot(estate, plan, begun ? {} : { rollback: "no" });
      assert.equal(verdictOf(last), "rolled-back", `${from}, ${at}`);
      assert.equal(world.picture(), before, `${from}, ${at}`);
      assert.deepEqual(world.harm, [], `${from}, ${at}`);
    }
  }
});

test("of two processes on one estate the older stops at once, and the younger finishes", async () => {
  for (let at = 2; at < 30; at += 3) {
    const { world, estate } = setUp();
    let younger: Promise<BootEnd> | undefined;
    const end = await boot(estate, plan, {
      listen: (progress) => {
        if (progress.kind === "entry" && progress.entry.sequence === at) {
          younger ??= boot(estate, plan);
        }
      },
    });
    assert.equal(end.kind, "fenced", `record ${at}`);
    // What the older one was just writing makes the younger one read the journal again.
    const second = await younger!;
    const last = second.kind === "fenced" ? await boot(estate, plan) : second;
    assert.equal(verdictOf(last), "reached", `record ${at}`);
    assert.deepEqual(world.harm, [], `record ${at}`);
  }
});

test("a member that is away makes the run wait, and pause in the end with what it waits for", async () => {
  const { world, estate } = setUp();
  world.members.get("m2")!.up = false;
  const end = await boot(estate, plan);
  assert.ok(end.kind === "paused" && end.stuck.kind === "patience");
  assert.match(end.stuck.state.failure.message, /all members of etcd\/small are well/);
  assert.deepEqual(world.history, []);
  const waited = estate.entries.at(-1)!.at - estate.entries[0]!.at;
  assert.ok(waited >= 600_000 && waited < 900_000, `${waited} ms`);
  world.members.get("m2")!.up = true;
  assert.equal(verdictOf(await boot(estate, plan)), "reached");
});

test("of a barrier whose look missed one claim that one alone is looked at again", async () => {
  const world = smallWorld();
  const missed: Claim = { kind: "accepts", slot: trustSlot("m2"), issuer: "peer", generation: 2 };
  const looks: (readonly Claim[])[] = [];
  const busy: World = {
    perform: world.perform,
    observe: async (claims) => {
      const proofs = await world.observe(claims);
      // Only a barrier asks this of all members.
      const asked = claims.filter(({ kind }) => kind === "accepts").length;
      const isFirst = looks.length === 0 && asked >= members.length;
      if (isFirst || looks.length === 1) looks.push(claims);
      const at = proofs.findIndex(({ claim }) => isDeepStrictEqual(claim, missed));
      if (!isFirst || at < 0) return proofs;
      return proofs.with(at, { ...proofs[at]!, verdict: "unknowable", evidence: "too busy" });
    },
  };
  assert.equal(verdictOf(await boot(estateOf(busy), plan)), "reached");
  assert.ok(looks[0]!.some((one) => isDeepStrictEqual(one, missed)));
  assert.deepEqual(looks[1], [missed]);
});

test("a file that somebody changed by hand halts the run; put right, it goes on", async () => {
  const { world, estate } = setUp();
  await boot(estate, plan, { dieAfter: await recordOf("step.settled", "trust.write.m3") });
  const slot = `${members[2]}/etcd/peer-trust`;
  const { files } = world.members.get(members[2])!;
  const proper = files.get(slot)!;
  files.set(slot, { kind: "bundle", issuer: "other", generations: [7], others: [] });
  const end = await boot(estate, plan);
  assert.equal(end.kind, "halted");
  assert.ok(!world.history.includes(`restart ${members[2]}/etcd`), "the file is not loaded");
  files.set(slot, proper);
  assert.equal(verdictOf(await boot(estate, plan)), "reached");
});

test("a step that needs a yes is not done without it", async () => {
  const careful = smallPlan({ approveDrop: true });
  const { world, estate } = setUp();
  const end = await boot(estate, careful);
  assert.ok(end.kind === "paused" && end.stuck.kind === "approval");
  assert.deepEqual(end.stuck.steps, ["drop.write.m1"]);
  const approve = ["drop.write.m1" as StepId];
  assert.equal(verdictOf(await boot(estate, careful, { approve })), "reached");
  assert.deepEqual(world.harm, []);
});

test("that an owner has reloaded cannot be said before there was anything to reload", async () => {
  const asking = smallPlan({ askOwner: true });
  const { estate } = setUp();
  const approve = ["trust.ask.m1" as StepId];
  const end = await boot(estate, asking, { approve });
  assert.ok(end.kind === "paused" && end.stuck.kind === "approval");
  assert.deepEqual(end.stuck.steps, approve);
  assert.equal(verdictOf(await boot(estate, asking, { approve })), "reached");
});

test("a one-way step is not done while a blind spot matters, and there is no rollback behind it", async () => {
  const blind = { id: "clients-outside", where: "anywhere", why: "nobody said", cure: "say so" };
  const careful = { ...smallPlan({ oneWay: true }), blind: [blind] };
  const { estate } = setUp();
  const end = await boot(estate, careful);
  assert.ok(end.kind === "paused" && end.stuck.kind === "blind");
  const last = await boot(estate, careful, {
    acceptBlind: ["clients-outside"],
    dieAfter: estate.entries.length + 3,
  });
  assert.equal(last.kind, "died");
  assert.equal(estate.entries.at(-1)?.event.kind, "step.intended");
  await assert.rejects(boot(estate, careful, { rollback: "no" }), /has no way back/);
});

test("before a restart its process is looked at, and no port: those are asked when it is back", async () => {
  const { world, estate } = setUp();
  const looks: (readonly Claim["kind"][])[] = [];
  const before = new Map<string, readonly Claim["kind"][]>();
  const inside: World = {
    ...world,
    observe: (claims) => {
      looks.push(claims.map(({ kind }) => kind));
      return world.observe(claims);
    },
    perform: (effect, attempt, meanwhile) => {
      if (effect.kind === "consumer.restart") before.set(attempt.step, looks.at(-1) ?? []);
      return world.perform(effect, attempt, meanwhile);
    },
  };
  assert.equal(verdictOf(await boot({ ...estate, world: inside }, plan)), "reached");
  assert.equal(before.size, 6);
  for (const [step, kinds] of before) {
    assert.ok(kinds.includes("restarted"), step);
    assert.ok(!kinds.includes("accepts") && !kinds.includes("refuses"), `${step}: ${kinds.join()}`);
  }
  assert.ok(looks.some((kinds) => kinds.includes("accepts")));
});
