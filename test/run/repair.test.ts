import assert from "node:assert/strict";
import { test } from "node:test";
import { boot, estateOf, type BootEnd, type BootOptions, type Estate } from "./boot.ts";
import { bundle, consumer, leaf, leafSlot, smallPlan, trustSlot } from "./small-plan.ts";
import { smallWorld, type SmallWorld } from "./small-world.ts";

const plan = smallPlan();

const verdictOf = (end: BootEnd): string =>
  "run" in end && end.run.stage.kind === "closed" ? end.run.stage.verdict : end.kind;

/** What somebody does to the second member between two processes. */
const deeds: Readonly<Record<string, (world: SmallWorld) => void>> = {
  "takes trust out of a file": ({ members }) =>
    members.get("m2")!.files.set(trustSlot("m2"), bundle(1)),
  "takes trust out of a file, and it is read": ({ members }) => {
    const member = members.get("m2")!;
    member.files.set(trustSlot("m2"), bundle(1));
    member.trusts = [1];
  },
  "has it read what is not there any more": ({ members }) => {
    members.get("m2")!.trusts = [1];
  },
  "writes another leaf": ({ members }) => members.get("m2")!.files.set(leafSlot("m2"), leaf(9)),
};

const hasBegun = ({ entries }: Estate, step: string): boolean =>
  entries.some(({ event }) => event.kind === "step.intended" && event.step === step);

/** One process after the other, while they stop for a reason that `--repair` is for; none needs a third one. */
const carryOn = async (estate: Estate, order: BootOptions): Promise<string> => {
  for (let processes = 1; ; processes++) {
    const verdict = verdictOf(await boot(estate, plan, order));
    if (verdict === "reached" || verdict === "rolled-back" || processes === 2) return verdict;
  }
};

const undisturbed = async (): Promise<{ readonly picture: string; readonly entries: number }> => {
  const world = smallWorld();
  const estate = estateOf(world);
  assert.equal(verdictOf(await boot(estate, plan)), "reached");
  return { picture: world.picture(), entries: estate.entries.length };
};

for (const [name, deed] of Object.entries(deeds)) {
  test(`a repair puts it right when somebody ${name}, after any record`, async () => {
    const { picture, entries } = await undisturbed();
    let stuck = 0;
    for (let at = 1; at < entries; at++) {
      const ends: string[] = [];
      for (const repair of [false, true]) {
        const world = smallWorld();
        const estate = estateOf(world);
        await boot(estate, plan, { dieAfter: at });
        // Leaves are written while everybody trusts both, and nobody who has the drop behind them does.
        if (name.endsWith("leaf") && hasBegun(estate, "drop.write.m1")) continue;
        deed(world);
        ends.push(await carryOn(estate, { repair }));
        if (repair) assert.equal(world.picture(), picture, `record ${at}`);
      }
      if ((ends[0] ?? "reached") !== "reached") stuck += 1;
      assert.equal(ends[1] ?? "reached", "reached", `record ${at}`);
    }
    assert.ok(stuck > 0, "nothing needed a repair");
  });
}

test("a rollback is repaired as well", async () => {
  const before = smallWorld().picture();
  const { entries } = await undisturbed();
  let stuck = 0;
  for (let at = 1; at < entries; at++) {
    const world = smallWorld();
    const estate = estateOf(world);
    await boot(estate, plan, { dieAfter: at });
    if (!hasBegun(estate, "trust.write.m2")) continue;
    world.members.get("m2")!.files.set(trustSlot("m2"), bundle(9));
    if (verdictOf(await boot(estate, plan, { rollback: "no" })) === "rolled-back") continue;
    stuck += 1;
    assert.equal(await carryOn(estate, { repair: true }), "rolled-back", `record ${at}`);
    assert.equal(world.picture(), before, `record ${at}`);
  }
  assert.ok(stuck > 0, "nothing needed a repair");
});

test("a sound run is not made to do anything again", async () => {
  const world = smallWorld();
  const estate = estateOf(world);
  await boot(estate, plan, { dieAfter: 20 });
  await boot(estate, plan, { repair: true });
  const restarts = world.history.filter((one) => one === `restart ${consumer("m2")}`);
  assert.ok(estate.entries.every(({ event }) => event.kind !== "repair.ordered"));
  assert.equal(restarts.length, 2);
});
