/** Boots the real loop on a world in memory, and kills it: a dead process's ports never answer. */
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { failure } from "../../src/core/errors/certwright-error.ts";
import type { Entry } from "../../src/core/model/journal.ts";
import type { Plan } from "../../src/core/model/plan.ts";
import { runLimits } from "../../src/core/run/limits.ts";
import {
  drive,
  type DriveEnd,
  type DriveOrder,
  type Progress,
} from "../../src/engine/run/drive.ts";
import type { Wish } from "../../src/ports/control.ts";
import type { Aborting } from "../../src/ports/timer.ts";
import type { World } from "../../src/ports/world.ts";

/** What outlives a process. */
export interface Estate {
  readonly world: World;
  readonly entries: Entry[];
  now: number;
  epoch: number;
}

export const estateOf = (world: World): Estate => ({ world, entries: [], now: 1000, epoch: 0 });

export interface BootOptions extends Partial<Omit<DriveOrder, "plan">> {
  /** Dies when this entry has become durable. */
  readonly dieAfter?: number;
  /** Dies when this entry is about to be written. */
  readonly dieBefore?: number;
  readonly wish?: () => Wish | undefined;
  readonly hurry?: Aborting;
  readonly listen?: (progress: Progress) => void;
}

export type BootEnd = DriveEnd | { readonly kind: "died" };

/** One process's life. */
export const boot = (estate: Estate, plan: Plan, options: BootOptions = {}): Promise<BootEnd> => {
  const { dieAfter, dieBefore, wish, hurry, listen, ...order } = options;
  estate.epoch += 1;
  const epoch = estate.epoch;
  return new Promise((resolve, reject) => {
    let alive = true;
    const never = new Promise<never>(() => undefined);
    const living = async <T>(work: () => T | Promise<T>): Promise<T> => {
      await Promise.resolve();
      if (!alive) return never;
      const result = await work();
      return alive ? result : never;
    };
    const die = (): void => {
      alive = false;
      resolve({ kind: "died" });
    };
    const ports = {
      digests,
      clock: { now: () => estate.now },
      world: {
        observe: (claims: Parameters<World["observe"]>[0]) =>
          living(() => estate.world.observe(claims)),
        perform: (...given: Parameters<World["perform"]>) =>
          living(() => estate.world.perform(...given)),
      },
      journal: {
        read: () => living(() => [...estate.entries]),
        append: (entry: Entry) =>
          living(() => {
            if (entry.sequence === dieBefore) return die();
            if (entry.sequence !== estate.entries.length + 1) {
              throw failure("journal.overtaken", { run: "r", sequence: entry.sequence });
            }
            estate.entries.push(entry);
            if (entry.sequence === dieAfter) die();
          }),
      },
      lease: {
        epoch,
        isHeld: () => living(() => estate.epoch === epoch),
        release: () => living(() => undefined),
      },
      timer: {
        sleep: (milliseconds: number) =>
          living(() => {
            estate.now += milliseconds;
          }),
      },
      control: {
        wish: () => living(() => wish?.()),
        ...(hurry === undefined ? {} : { hurry }),
      },
    };
    const full: DriveOrder = {
      run: "r",
      plan,
      by: "somebody",
      approve: [],
      acceptBlind: [],
      limits: runLimits,
      ...order,
    };
    drive(ports, full, listen).then(resolve, reject);
  });
};
