/** What holds of every journal that a run can write, found by random runs; FAST_CHECK_SEED repeats one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { CertwrightError } from "../../src/core/errors/certwright-error.ts";
import type { Entry, Outcome, RunEvent, StepFailure } from "../../src/core/model/journal.ts";
import type { Plan, Step, StepId } from "../../src/core/model/plan.ts";
import { decide } from "../../src/core/run/decide.ts";
import { evolve, evolveAll, foldRun, unopened } from "../../src/core/run/evolve.ts";
import { oneWayBegun } from "../../src/core/run/objection.ts";
import { runLimits } from "../../src/core/run/limits.ts";
import { reportOf } from "../../src/core/run/report.ts";
import { isDone, isDoubtful, stateOf, type Run } from "../../src/core/run/run.ts";
import { sealEntry } from "../../src/core/run/seal.ts";
import { statusOf } from "../../src/core/run/status.ts";
import { verifyJournal } from "../../src/core/run/verify-journal.ts";
import { smallPlan } from "./small-plan.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? 20261123);
const holds = (property: fc.IProperty<[readonly number[]]>): void =>
  fc.assert(property, { seed, numRuns: 100 });

const plan = smallPlan({ approveDrop: true });

/** Chance as data: each number decides one turn of the run. */
const chances = fc.array(fc.nat({ max: 9999 }), { minLength: 1, maxLength: 300, size: "max" });

const failure = (retry: StepFailure["retry"]): StepFailure => ({ code: "x", message: "x", retry });

interface Told {
  readonly entries: readonly Entry[];
  readonly run: Run;
}

/** A run in which operators, crashes and the world do what chance says; the engine's part is decide's. */
const tell = (
  of: Plan,
  turns: readonly number[],
  see: (run: Run, inFlight: ReadonlySet<StepId>) => void = () => undefined,
  wrote: (run: Run) => void = () => undefined,
): Told => {
  const fold = foldRun(unopened(of));
  const { run } = fold;
  const entries: Entry[] = [];
  let at = 1000;
  let epoch = 1;
  const inFlight = new Set<StepId>();
  const write = (event: RunEvent): void => {
    const entry = sealEntry(
      { sequence: run.sequence + 1, previous: run.hash, epoch, at, event },
      digests,
    );
    fold.add(entry);
    entries.push(entry);
    wrote(run);
  };
  const settle = (id: StepId, outcome: Outcome): void => {
    inFlight.delete(id);
    write({ kind: "step.settled", step: id, outcome });
  };
  const boot = (): void => {
    inFlight.clear();
    epoch += 1;
    write({ kind: "run.resumed", by: "b" });
  };
  const play = (step: Step, chance: number): void => {
    const state = stateOf(run, step.id);
    if (chance % 5 === 0) {
      settle(step.id, { kind: "done", effect: isDoubtful(state), proofs: [] });
    } else if (chance % 5 === 1) {
      settle(step.id, { kind: "refused", failure: failure(chance % 3 === 0 ? "never" : "later") });
    } else if (step.effect.kind === "none") {
      settle(step.id, { kind: "done", effect: false, proofs: [] });
    } else {
      write({ kind: "step.intended", step: step.id, attempt: state.attempt + 1 });
      inFlight.add(step.id);
    }
  };
  write({ kind: "run.opened", run: "r", plan: of.digest, by: "a" });
  for (const chance of turns) {
    at += chance % 700;
    if (run.stage.kind === "closed") break;
    see(run, inFlight);
    if (run.stage.kind !== "open") {
      boot();
      continue;
    }
    const flying = [...inFlight].find((id) => stateOf(run, id).kind === "intended");
    if (chance % 37 === 0) {
      boot();
    } else if (
      chance % 97 === 0 &&
      run.direction === "forward" &&
      oneWayBegun(run) === undefined &&
      inFlight.size === 0
    ) {
      write({ kind: "rollback.begun", by: "c", why: "w" });
    } else if (chance % 53 === 0) {
      write({ kind: "step.approved", step: "drop.write.m1" as StepId, by: "d" });
    } else if (chance % 71 === 0 && flying !== undefined) {
      write({ kind: "drift.found", step: flying, proofs: [] });
    } else if (flying !== undefined && chance % 2 === 0) {
      settle(
        flying,
        chance % 7 === 0
          ? { kind: "unknown", failure: failure("later") }
          : { kind: "done", effect: true, proofs: [] },
      );
    } else {
      const commands = decide(run, at, inFlight, runLimits);
      const command = commands[chance % Math.max(1, commands.length)];
      if (command?.kind === "start") play(command.step, chance);
      else if (command?.kind === "wait") at = Math.max(at, command.until);
      else if (command?.kind === "close") write({ kind: "run.closed", verdict: command.verdict });
      else if (command?.kind === "pause") write({ kind: "run.paused", by: "e", why: "w" });
    }
  }
  return { entries, run };
};

test("folding at once, in two parts and entry by entry gives the same run", () => {
  holds(
    fc.property(chances, (turns) => {
      const { entries, run } = tell(plan, turns);
      const half = Math.floor(entries.length / 2);
      const first = evolveAll(unopened(plan), entries.slice(0, half));
      assert.deepEqual(evolveAll(first, entries.slice(half)), run);
      assert.deepEqual(entries.reduce(evolve, unopened(plan)), run);
    }),
  );
});

test("a journal with an entry left out, doubled, changed or moved is never taken for whole", () => {
  holds(
    fc.property(chances, (turns) => {
      const { entries } = tell(plan, turns);
      verifyJournal(entries, "r", digests);
      const at = (turns[0] ?? 0) % entries.length;
      const one = entries[at]!;
      const without = entries.toSpliced(at, 1);
      const broken = [
        entries.toSpliced(at, 0, one),
        entries.with(at, { ...one, at: one.at + 1 }),
        entries.with(at, { ...one, event: { kind: "run.resumed", by: "nobody" } }),
        ...(at === entries.length - 1 ? [] : [without, without.toSpliced(at + 1, 0, one)]),
      ];
      for (const journal of broken) {
        assert.throws(() => verifyJournal(journal, "r", digests), CertwrightError);
      }
    }),
  );
});

test("the engine begins no step before what it needs, nor two disruptive ones, nor another one while one is in doubt", () => {
  const seen = { starts: 0, waits: 0, pauses: 0, doubts: 0 };
  holds(
    fc.property(chances, (turns) => {
      tell(plan, turns, (run, inFlight) => {
        if (run.stage.kind !== "open") return;
        const commands = decide(run, run.at, inFlight, runLimits);
        if (inFlight.size === 0)
          assert.ok(commands.length > 0, "an open run always has something to do");
        const started = commands.flatMap((one) => (one.kind === "start" ? [one.step] : []));
        for (const step of started) {
          assert.ok(
            step.needs.every((need) => isDone(run, need)),
            step.id,
          );
          assert.ok(!isDone(run, step.id) && !inFlight.has(step.id), step.id);
          assert.ok(!step.approval || run.approved.has(step.id), step.id);
        }
        const under = [...inFlight].map((id) => run.placed.get(id)!.step);
        const disruptive = [...under, ...started].filter(({ hazard }) => hazard === "disruptive");
        assert.ok(disruptive.length <= 1);
        const doubtful = [...run.steps].filter(
          ([id, state]) => isDoubtful(state) && run.placed.get(id)!.step.hazard === "disruptive",
        );
        for (const [id] of doubtful) {
          if (run.placed.get(id)!.list.direction !== run.direction) continue;
          assert.ok(disruptive.every((step) => step.id === id));
          seen.doubts += 1;
        }
        seen.starts += started.length;
        for (const { kind } of commands) {
          if (kind === "wait") seen.waits += 1;
          if (kind === "pause") seen.pauses += 1;
        }
      });
    }),
  );
  for (const [what, count] of Object.entries(seen)) assert.ok(count > 50, `${count} ${what}`);
});

test("what status says of phases and steps is what the journal says", () => {
  const states = new Set<string>();
  holds(
    fc.property(chances, (turns) => {
      tell(plan, turns, undefined, (run) => {
        const status = statusOf(run, true);
        for (const { id, state } of status.phases) {
          states.add(state);
          const phase = run.plan.phases.find((one) => one.id === id)!;
          if (state === "done") assert.ok(phase.steps.every((step) => isDone(run, step.id)));
          if (state === "undone") assert.ok(phase.rollback.every((step) => isDone(run, step.id)));
          if (state === "untouched") {
            assert.ok(phase.steps.every((step) => stateOf(run, step.id).attempt === 0));
          }
        }
        for (const { id, state } of status.steps) {
          states.add(state);
          assert.ok(!isDone(run, id));
          if (state === "refused") assert.ok(!isDoubtful(stateOf(run, id)));
        }
        assert.equal(status.verdict !== undefined, run.stage.kind === "closed");
      });
    }),
  );
  assert.deepEqual([...states].toSorted(), [
    "acting",
    "begun",
    "done",
    "in-doubt",
    "needs-approval",
    "refused",
    "undoing",
    "undone",
    "untouched",
  ]);
});

test("a report is bound to its content and to the journal that it is from", () => {
  holds(
    fc.property(chances, (turns) => {
      const { entries } = tell(plan, turns);
      const report = reportOf(plan, entries, digests);
      assert.equal(report.journal.hash, entries.at(-1)!.hash);
      assert.deepEqual(reportOf(plan, entries, digests), report);
      const shorter = entries.slice(0, -1);
      if (shorter.length > 0)
        assert.notEqual(reportOf(plan, shorter, digests).digest, report.digest);
      const restarts = entries.filter(
        ({ event }) => event.kind === "step.intended" && event.step.includes(".restart."),
      );
      assert.equal(report.restarts.length, restarts.length);
    }),
  );
});
