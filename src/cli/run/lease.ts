import { systemClock } from "../../adapters/clock/system-clock.ts";
import { fileLease } from "../../adapters/lease/file-lease.ts";
import type { HeldLease } from "../../ports/lease.ts";
import { whoAmI } from "./run-options.ts";

/** Works while this process alone may change the estate. `above`: an epoch that is known to have been used. Throws lease.*. */
export const withLease = async <T>(
  directory: string,
  run: string,
  above: number,
  work: (lease: HeldLease) => Promise<T>,
): Promise<T> => {
  const lease = await fileLease(directory, systemClock.now, above).acquire(run, whoAmI());
  try {
    return await work(lease);
  } finally {
    await lease.release();
  }
};
