import type { Entry } from "../../core/model/journal.ts";
import type { Journal } from "../../ports/journal.ts";
import type { HeldLease } from "../../ports/lease.ts";

/** A journal that ends with the process: a rehearsal is begun anew, not resumed. */
export const memoryJournal = (): Journal & { readonly entries: readonly Entry[] } => {
  const entries: Entry[] = [];
  return {
    entries,
    read: () => Promise.resolve([...entries]),
    append: (entry) => {
      entries.push(entry);
      return Promise.resolve();
    },
  };
};

/** Nobody else knows the scratch estate. */
export const soleLease: HeldLease = {
  epoch: 1,
  isHeld: () => Promise.resolve(true),
  release: () => Promise.resolve(),
};
