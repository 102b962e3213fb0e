import assert from "node:assert/strict";
import { test } from "node:test";
import { createChance } from "./chance.ts";
import { createSchedule } from "./schedule.ts";

test("things happen in the order of their moments, and of their planning where those are the same", () => {
  const schedule = createSchedule();
  const chance = createChance(7);
  const planned = Array.from({ length: 500 }, (_, index) => ({ at: chance.below(50), index }));
  const happened: typeof planned = [];
  for (const one of planned) schedule.after(one.at, () => happened.push(one));
  while (schedule.step());
  assert.deepEqual(
    happened,
    planned.toSorted((a, b) => a.at - b.at || a.index - b.index),
  );
  assert.equal(schedule.now(), Math.max(...planned.map(({ at }) => at)));
});

test("the same seed draws the same, its neighbour something else", () => {
  const draw = (seed: number, stream = 0): readonly number[] => {
    const chance = createChance(seed, stream);
    return Array.from({ length: 20 }, () => chance.below(1000));
  };
  assert.deepEqual(draw(5), draw(5));
  assert.notDeepEqual(draw(5), draw(6));
  assert.notDeepEqual(draw(5), draw(5, 1));
});
