import { utf8Bytes } from "../bytes/utf8.ts";
import type { Digests } from "../model/cryptography.ts";
import type { Digest } from "../model/inventory.ts";
import type { Entry } from "../model/journal.ts";
import { canonicalJson } from "../text/canonical-json.ts";

/** The hash of an entry over all its other fields. */
export const entryHash = (entry: Omit<Entry, "hash">, digests: Digests): Digest => {
  const { sequence, previous, epoch, at, event } = entry;
  const text = canonicalJson({ sequence, previous, epoch, at, event });
  return digests.sha256Hex(utf8Bytes(text)) as Digest;
};

export const sealEntry = (entry: Omit<Entry, "hash">, digests: Digests): Entry => ({
  ...entry,
  hash: entryHash(entry, digests),
});
