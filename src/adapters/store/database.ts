import { chmodSync, closeSync, constants, mkdirSync, openSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { CertwrightError, failure } from "../../core/errors/certwright-error.ts";
import { fileExists } from "../files/exists.ts";
import { APPLICATION_ID, MIGRATIONS } from "./schema.ts";

/**
 * How long a process waits for another one's transaction. One takes about a millisecond; four processes that write
 * without pause were seen to keep each other waiting for 2.3 s.
 */
const BUSY_SECONDS = 15;

/**
 * Opens the database, creating it when `create` says so, and brings it to the newest version.
 * Every commit is on the disk before it returns (WAL with synchronous=FULL).
 */
export const openDatabase = (path: string, create: boolean): DatabaseSync => {
  if (!fileExists(path)) {
    if (!create) throw failure("store.absent", { directory: dirname(path) });
    createPrivately(path);
  }
  return named(path, () => {
    const database = new DatabaseSync(path, { timeout: BUSY_SECONDS * 1000 });
    try {
      migrate(database, path);
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
};

// SQLite would create it with the umask's mode; its -wal and -shm files take the mode of the database.
const createPrivately = (path: string): void => {
  try {
    const directory = dirname(path);
    const made = mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (made !== undefined) chmodSync(directory, 0o700);
    closeSync(openSync(path, constants.O_CREAT | constants.O_RDWR, 0o600));
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC" || code === "EDQUOT") throw failure("store.disk-full", { path }, error);
    if (code === "EROFS" || code === "EACCES") throw failure("store.read-only", { path }, error);
    throw failure("store.unavailable", { path, why: code }, error);
  }
};

const migrate = (database: DatabaseSync, path: string): void => {
  const pragma = (name: string): number =>
    Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  if (pragma("application_id") === APPLICATION_ID && pragma("user_version") === MIGRATIONS.length) {
    return;
  }
  transaction(database, () => {
    // Asked again under the lock: another process may have been first.
    const version = pragma("user_version");
    const isNew = version === 0 && pragma("schema_version") === 0;
    if (!isNew && pragma("application_id") !== APPLICATION_ID) {
      throw failure("store.foreign", { path });
    }
    if (version > MIGRATIONS.length) {
      throw failure("store.newer", { path, found: version, known: MIGRATIONS.length });
    }
    for (const sql of MIGRATIONS.slice(version)) database.exec(sql);
    database.exec(
      `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`,
    );
  });
};

/** All or nothing. Takes the write lock at the start, so that two processes queue instead of failing half-way. */
export const transaction = <T>(database: DatabaseSync, work: () => T): T => {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
};

interface SqliteError extends Error {
  /** Extended result code (sqlite.org/rescode.html); its low byte is the primary one. */
  readonly errcode: number;
}

const isSqliteError = (error: unknown): error is SqliteError =>
  error instanceof Error && typeof (error as SqliteError).errcode === "number";

/** SQLITE_CONSTRAINT. */
export const isConstraint = (error: unknown): boolean =>
  isSqliteError(error) && (error.errcode & 0xff) === 19;

/** Runs `work` and gives SQLite's errors the names of the registry. */
export const named = <T>(path: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof CertwrightError || !isSqliteError(error)) throw error;
    switch (error.errcode & 0xff) {
      case 5: // SQLITE_BUSY
      case 6: // SQLITE_LOCKED
        throw failure("store.busy", { path, seconds: BUSY_SECONDS }, error);
      case 8: // SQLITE_READONLY
        throw failure("store.read-only", { path }, error);
      case 11: // SQLITE_CORRUPT
      case 26: // SQLITE_NOTADB
        throw failure("store.damaged", { path, why: error.message }, error);
      case 13: // SQLITE_FULL
        throw failure("store.disk-full", { path }, error);
      default:
        if (isFull(path)) throw failure("store.disk-full", { path }, error);
        throw failure("store.unavailable", { path, why: error.message }, error);
    }
  }
};

/** SQLite's shared memory file takes 32 KiB when it is made; without room for it SQLite speaks of an I/O error only. */
const isFull = (path: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < 32 * 1024;
  } catch {
    return false;
  }
};

/** A copy of the database as it is at one moment, whoever writes meanwhile; for its owner alone. */
export const copyDatabase = (path: string, to: string): void => {
  createPrivately(to);
  const database = openDatabase(path, false);
  try {
    database.prepare("VACUUM INTO ?").run(to);
  } finally {
    database.close();
  }
};
