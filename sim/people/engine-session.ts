import type { Digests } from "../../src/core/model/cryptography.ts";
import type { Plan } from "../../src/core/model/plan.ts";
import type { RunLimits } from "../../src/core/run/limits.ts";
import { drive, type DriveEnd, type DriveOrder } from "../../src/engine/run/drive.ts";
import type { Wish } from "../../src/ports/control.ts";
import type { JournalCheck } from "../checks/journal.ts";
import { type Mutant, rulesOf } from "../mutant.ts";
import { createJournal, type JournalFile } from "../ports/journal.ts";
import { createLease, type LeaseFile } from "../ports/lease.ts";
import { createTimer } from "../ports/timer.ts";
import { createWorld } from "../ports/world.ts";
import { type EngineProcess, type Simulation, countCall, deliver } from "../simulation.ts";

/** What outlives every process: the run's folder and the estate's lock. */
export interface RunFolder {
  readonly journal: JournalFile;
  readonly lease: LeaseFile;
  readonly check: JournalCheck;
}

export type Order = Pick<DriveOrder, "approve" | "acceptBlind" | "rollback"> & {
  readonly repair: boolean;
  readonly plan: Plan;
  readonly limits: RunLimits;
};

/** `certwright apply` or `resume` in a process of its own: takes the lock, drives, gives the lock back. */
export const runEngine = async (
  simulation: Simulation,
  process: EngineProcess,
  folder: RunFolder,
  order: Order,
  mutant: Mutant,
  digests: Digests,
  wish: () => Wish | undefined,
): Promise<DriveEnd> => {
  const same = <T>(value: T): T => value;
  const careless = mutant.carelessLease === true;
  const lease = await createLease(simulation, process, folder.lease, careless).acquire(
    simulation.run,
    process.name,
  );
  try {
    const world = createWorld(simulation, process, rulesOf(mutant));
    const journal = createJournal(simulation, process, folder.journal, folder.check);
    return await drive(
      {
        world: (mutant.eyes ?? same)(world),
        journal: (mutant.journal ?? same)(journal),
        lease: (mutant.lease ?? same)(lease),
        clock: { now: () => simulation.estate.clock.now() },
        timer: createTimer(simulation, process),
        control: {
          wish: () => {
            countCall(simulation);
            return new Promise((resolve) => {
              deliver(simulation, process, 0, () => resolve(wish()));
            });
          },
        },
        digests,
      },
      {
        run: simulation.run,
        plan: order.plan,
        by: "operator@bastion",
        approve: order.approve,
        acceptBlind: order.acceptBlind,
        ...(order.rollback === undefined ? {} : { rollback: order.rollback }),
        repair: order.repair,
        limits: order.limits,
      },
    );
  } finally {
    await lease.release();
  }
};
