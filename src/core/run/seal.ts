import { digestOf } from "../inventory/digest-of.ts";
import type { Digests } from "../model/cryptography.ts";
import type { Digest } from "../model/inventory.ts";
import type { Entry } from "../model/journal.ts";

/** The hash of an entry over all its other fields. */
export const entryHash = (
  { sequence, previous, epoch, at, event }: Omit<Entry, "hash">,
  digests: Digests,
): Digest => digestOf({ sequence, previous, epoch, at, event }, digests);

export const sealEntry = (entry: Omit<Entry, "hash">, digests: Digests): Entry => ({
  ...entry,
  hash: entryHash(entry, digests),
});
