import { failure } from "../errors/certwright-error.ts";
import type { Digests } from "../model/cryptography.ts";
import type { Entry } from "../model/journal.ts";
import { noEntry } from "./evolve.ts";
import { entryHash } from "./seal.ts";

/** A journal's lines, read. */
export interface ReadJournal {
  readonly entries: readonly Entry[];
  /**
   * Characters at the end that are no whole record: a writer was killed in the midst of it. They were never durable,
   * so nothing followed from them; they are left out, and cut off before the next record is written.
   */
  readonly torn: number;
}

/** Reads one entry a line. Throws journal.damaged for anything but a torn last record. */
export const readJournal = (text: string, run: string, digests: Digests): ReadJournal => {
  const entries: Entry[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const entry = newline === -1 ? undefined : readEntry(text.slice(start, end));
    const why =
      entry === undefined ? "is no whole record" : faultOf(entry, entries.at(-1), digests);
    if (why !== undefined || entry === undefined) {
      const isLast = newline === -1 || newline === text.length - 1;
      if (isLast) return { entries, torn: text.length - start };
      throw failure("journal.damaged", { run, entry: entries.length + 1, why: why! });
    }
    entries.push(entry);
    start = end + 1;
  }
  return { entries, torn: 0 };
};

/** Throws journal.damaged when one of the entries is not what was written, or not where it was. */
export const verifyJournal = (entries: readonly Entry[], run: string, digests: Digests): void => {
  for (const [index, entry] of entries.entries()) {
    const why = faultOf(entry, entries[index - 1], digests);
    if (why !== undefined) throw failure("journal.damaged", { run, entry: index + 1, why });
  }
};

const readEntry = (line: string): Entry | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "event" in value
      ? (value as Entry)
      : undefined;
  } catch {
    return undefined;
  }
};

const faultOf = (entry: Entry, before: Entry | undefined, digests: Digests): string | undefined => {
  if (entryHash(entry, digests) !== entry.hash) return "its hash is not that of its content";
  if (entry.previous !== (before?.hash ?? noEntry)) return "it does not follow from the one before";
  if (entry.sequence !== (before?.sequence ?? 0) + 1)
    return `it says that it is entry ${entry.sequence}`;
  if (entry.epoch < (before?.epoch ?? 0)) return `its epoch ${entry.epoch} is below that before it`;
  return undefined;
};
