import { evolveAll, foldRun, unopened } from "../../core/run/evolve.ts";
import type { RunLimits } from "../../core/run/limits.ts";
import type { Run } from "../../core/run/run.ts";
import { sealEntry } from "../../core/run/seal.ts";
import { verifyJournal } from "../../core/run/verify-journal.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { Digests } from "../../core/model/cryptography.ts";
import type { Entry, RunEvent } from "../../core/model/journal.ts";
import type { Plan } from "../../core/model/plan.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Journal } from "../../ports/journal.ts";

/** A run and its journal, which stay in step: what is in `run` is durable. */
export interface RunRecord {
  /** Grows in place. */
  readonly run: Run;
  /**
   * Resolves when the event is durable and in `run`, one after the other in the order of the calls. `unless` is asked
   * when its turn comes, and when it says so nothing is written and the answer is false. After a first failure every
   * call fails: what is in the journal is not known any more. Throws journal.*.
   */
  append(event: RunEvent, unless?: () => boolean): Promise<boolean>;
}

export interface RecordPorts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly digests: Digests;
}

/** Reads the journal and goes on where it ends. Throws journal.*, and journal.overtaken when a later holder has written. */
export const openRecord = async (
  { journal, clock, digests }: RecordPorts,
  identity: { readonly run: string; readonly plan: Plan; readonly epoch: number },
  limits: RunLimits,
  written: (entry: Entry) => void,
): Promise<RunRecord> => {
  const { run: name, plan, epoch } = identity;
  const entries = await journal.read();
  verifyJournal(entries, name, digests);
  const fold = foldRun(evolveAll(unopened(plan), entries));
  const { run } = fold;
  if (run.epoch > epoch) {
    throw failure("journal.overtaken", { run: name, sequence: run.sequence });
  }
  const write = async (event: RunEvent): Promise<void> => {
    if (run.sequence >= limits.entries) {
      throw failure("journal.full", { run: name, limit: limits.entries });
    }
    const entry = sealEntry(
      { sequence: run.sequence + 1, previous: run.hash, epoch, at: clock.now(), event },
      digests,
    );
    // First what the fold finds impossible, so that such an entry never becomes durable.
    fold.check(entry);
    await journal.append(entry);
    fold.add(entry);
    written(entry);
  };
  let tail: Promise<boolean> = Promise.resolve(true);
  return {
    run,
    append(event, unless = () => false) {
      const mine = tail.then(async () => {
        if (unless()) return false;
        await write(event);
        return true;
      });
      tail = mine;
      // Whoever called hears of the failure; the chain itself is not awaited by anybody.
      mine.catch(() => undefined);
      return mine;
    },
  };
};
