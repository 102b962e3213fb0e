import { constants } from "node:fs";
import { failure } from "../../core/errors/certwright-error.ts";
import type { Entry } from "../../core/model/journal.ts";
import { readJournal, type ReadJournal } from "../../core/run/verify-journal.ts";
import type { Journal } from "../../ports/journal.ts";
import { digests } from "../crypto/node-digests.ts";
import { fileFailure } from "../files/errno.ts";
import { attempt, isMissing, type FileSystem } from "../files/file-system.ts";
import { syncFolders } from "../files/stage.ts";

/** A journal in a file: one entry a line, in JSON. Only the holder of the estate's lease opens one. */
export interface FileJournal extends Journal {
  /** Characters of a torn last record that were found and cut off. */
  readonly torn: number;
  close(): void;
}

/** Entries of runLimits at a few hundred characters each; a string of V8 ends at 512 MiB. */
const longest = 256 * 1024 * 1024;

/**
 * Opens the journal for writing, creating it where there is none, and cuts off a torn last record.
 * Throws journal.damaged for anything else that is wrong, and file.*.
 */
export const openFileJournal = (fs: FileSystem, path: string, run: string): FileJournal => {
  const descriptor = openForAppending(fs, path);
  try {
    const text = readAll(fs, descriptor, path);
    const { entries, torn } = readJournal(text.toString("utf8"), run, digests);
    let length = text.length;
    if (torn > 0) {
      length = wholeLength(text, entries.length);
      fs.truncate(descriptor, length);
      fs.fsync(descriptor);
    }
    return journalOn(fs, descriptor, { path, run, torn, length }, [...entries]);
  } catch (error) {
    attempt(() => fs.close(descriptor));
    throw fileFailure(fs, path, "write", error);
  }
};

/** Reads a journal without changing it, whoever may be writing to it. Throws journal.damaged and file.*. */
export const readFileJournal = (fs: FileSystem, path: string, run: string): ReadJournal => {
  try {
    const descriptor = fs.open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return readJournal(readAll(fs, descriptor, path).toString("utf8"), run, digests);
    } finally {
      fs.close(descriptor);
    }
  } catch (error) {
    // A run whose process died between making its folder and its first record.
    if (isMissing(error)) return { entries: [], torn: 0 };
    throw fileFailure(fs, path, "read", error);
  }
};

const openForAppending = (fs: FileSystem, path: string): number => {
  try {
    const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
    const descriptor = fs.open(path, flags, 0o600);
    try {
      // The name has to last before the first record that counts on it.
      fs.fsync(descriptor);
      syncFolders(fs, [path]);
      return descriptor;
    } catch (error) {
      attempt(() => fs.close(descriptor));
      throw error;
    }
  } catch (error) {
    throw fileFailure(fs, path, "write", error);
  }
};

const readAll = (fs: FileSystem, descriptor: number, path: string): Buffer => {
  const { size } = fs.fstat(descriptor);
  if (size > longest) throw failure("file.too-big", { path, size, limit: longest });
  const bytes = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const read = fs.read(descriptor, bytes, length);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
};

/** Bytes of so many lines. */
const wholeLength = (text: Buffer, lines: number): number => {
  let length = 0;
  for (let n = 0; n < lines; n++) length = text.indexOf(10, length) + 1;
  return length;
};

const journalOn = (
  fs: FileSystem,
  descriptor: number,
  file: { readonly path: string; readonly run: string; readonly torn: number; length: number },
  entries: Entry[],
): FileJournal => {
  const { path, run, torn } = file;
  let broken = false;
  const append = (entry: Entry): void => {
    const last = entries.at(-1)?.sequence ?? 0;
    // Another process's record makes the file longer than what this one has read and written.
    if (entry.sequence !== last + 1 || fs.fstat(descriptor).size !== file.length) {
      throw failure("journal.overtaken", { run, sequence: entry.sequence });
    }
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    for (let offset = 0; offset < line.length;) offset += fs.write(descriptor, line, offset);
    fs.fsync(descriptor);
    file.length += line.length;
    entries.push(entry);
  };
  return {
    torn,
    read: () => Promise.resolve([...entries]),
    append: async (entry) => {
      // After a failed write or fsync nobody knows what is on the disk; only reading it anew tells (fsync(2), EIO).
      if (broken) throw failure("journal.not-written", { path, why: "an earlier record failed" });
      try {
        append(entry);
      } catch (error) {
        broken = true;
        const { code } = error as NodeJS.ErrnoException;
        throw code === undefined || !(error instanceof Error) || "retry" in error
          ? error
          : failure("journal.not-written", { path, why: code }, error);
      }
    },
    close: () => fs.close(descriptor),
  };
};
