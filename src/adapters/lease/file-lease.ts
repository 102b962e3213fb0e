import { chmodSync, closeSync, constants, openSync, readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { failure } from "../../core/errors/certwright-error.ts";
import type { Instant } from "../../core/model/certificate.ts";
import { formatInstant } from "../../core/x509/time.ts";
import type { Lease } from "../../ports/lease.ts";
import { replaceFile } from "../files/create.ts";
import { attempt, fileSystem } from "../files/file-system.ts";

// One process at a time changes what a state directory looks after.
//
// The lock is the kernel's, on DIR/lease.sqlite, held by SQLite for as long as the process lives: whatever ends the
// process, kill -9 or a power cut, ends the lock, and nothing else does. So there is no stale lock to judge by process
// numbers, which are used again, or by clocks, which are set. On NFS 4 it holds across machines as well.
// The epoch is a row in it and only ever grows. Who holds it is written beside it for people, in DIR/lease.json.

/** Who holds the lease, as written beside it. */
export interface Holder {
  readonly run: string;
  /** "alice@bastion". */
  readonly holder: string;
  readonly host: string;
  readonly pid: number;
  readonly since: Instant;
  readonly epoch: number;
}

export interface FileLease extends Lease {
  /** Who holds it at this moment; undefined when nobody does. */
  look(): Holder | undefined;
}

/** Milliseconds that a process waits for another one's look at the lock, which takes less than one. */
const lookTime = 250;

/** The lease on a state directory. `above`: an epoch that is known to have been used, should the lease's file be lost. */
export const fileLease = (directory: string, now: () => Instant, above = 0): FileLease => {
  const path = join(directory, "lease.sqlite");
  const notes = join(directory, "lease.json");

  /** Opens and locks; undefined when another process has it. */
  const lock = (): DatabaseSync | undefined => {
    createPrivately(path);
    const database = new DatabaseSync(path, { timeout: lookTime });
    try {
      // EXCLUSIVE: the lock that the first write takes is kept until the database is closed (sqlite.org/pragma.html).
      database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE");
      return database;
    } catch (error) {
      attempt(() => database.close());
      if (isBusy(error)) return undefined;
      throw error;
    }
  };
  const named = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      const { code, errcode, message } = error as {
        code?: string;
        errcode?: number;
        message: string;
      };
      if (errcode === undefined && !/^E[A-Z]+$/.test(code ?? "")) throw error;
      throw failure("lease.unavailable", { path, why: message }, error);
    }
  };

  return {
    acquire: async (run, holder) =>
      named(() => {
        const database = lock();
        if (database === undefined) {
          const other = readHolder(notes);
          throw failure("lease.held", {
            run: other?.run ?? "unknown",
            holder:
              other === undefined
                ? "another process"
                : `${other.holder} (process ${other.pid} on ${other.host})`,
            since: other === undefined ? "a moment" : formatInstant(other.since),
          });
        }
        try {
          const epoch = raiseEpoch(database, above);
          const inode = statSync(path).ino;
          const note: Holder = {
            run,
            holder,
            host: hostname(),
            pid: process.pid,
            since: now(),
            epoch,
          };
          replaceFile(fileSystem, notes, Buffer.from(`${JSON.stringify(note)}\n`));
          let released = false;
          return {
            epoch,
            // The lock cannot be lost while the process lives; its file can be taken away from under it.
            isHeld: async () =>
              !released && statSync(path, { throwIfNoEntry: false })?.ino === inode,
            release: async () => {
              if (released) return;
              released = true;
              attempt(() => fileSystem.unlink(notes));
              database.close();
            },
          };
        } catch (error) {
          attempt(() => database.close());
          throw error;
        }
      }),
    look: () =>
      named(() => {
        if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
        const database = lock();
        if (database === undefined) return readHolder(notes);
        database.exec("ROLLBACK");
        database.close();
        return undefined;
      }),
  };
};

// SQLite would create it with the umask's mode. Never opened otherwise: closing any other descriptor of it would take
// the lock away (fcntl(2), "close()").
const createPrivately = (path: string): void => {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  const flags = constants.O_CREAT | constants.O_RDWR | constants.O_NOFOLLOW;
  closeSync(openSync(path, flags, 0o600));
  chmodSync(path, 0o600);
};

const raiseEpoch = (database: DatabaseSync, above: number): number => {
  database.exec("CREATE TABLE IF NOT EXISTS lease (epoch INTEGER NOT NULL)");
  const row = database.prepare("SELECT epoch FROM lease").get();
  const epoch = Math.max(Number(row?.["epoch"] ?? 0), above) + 1;
  const sql = row === undefined ? "INSERT INTO lease VALUES (?)" : "UPDATE lease SET epoch = ?";
  database.prepare(sql).run(epoch);
  database.exec("COMMIT");
  return epoch;
};

const readHolder = (path: string): Holder | undefined => {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Holder;
  } catch {
    // The lock counts, not the note; a holder that has it for a millisecond has not written it yet.
    return undefined;
  }
};

/** SQLITE_BUSY. */
const isBusy = (error: unknown): boolean =>
  ((error as { errcode?: number }).errcode ?? 0) % 256 === 5;
