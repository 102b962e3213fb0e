import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { fileFailure } from "../files/errno.ts";
import { fileSystem, isMissing } from "../files/file-system.ts";

/** Folders that a process works in, below the backups: ".certwright-PURPOSE-PID-RANDOM". */
const NAME = /^\.certwright-(?:partial|scratch)-(\d+)-[0-9a-f]{16}$/;
/** Holds the number of the process that was started in the folder. */
export const PROCESS_FILE = "process";

/** A folder of this process that only its owner can enter. Removes those of processes that ended without doing so. */
export const makeWorkplace = (parent: string, purpose: "partial" | "scratch"): string => {
  const name = `.certwright-${purpose}-${process.pid}-${randomBytes(8).toString("hex")}`;
  const path = join(parent, name);
  try {
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    sweep(parent);
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    throw fileFailure(fileSystem, path, "write", error);
  }
  return path;
};

export const removeWorkplace = (path: string): void => {
  rmSync(path, { recursive: true, force: true });
};

/** What killed processes left: decrypted data and a running etcd among it. */
const sweep = (parent: string): void => {
  for (const name of readdirSync(parent)) {
    const [, pid] = NAME.exec(name) ?? [];
    if (pid === undefined || Number(pid) === process.pid || isAlive(Number(pid))) continue;
    const path = join(parent, name);
    endLeftProcess(path);
    removeWorkplace(path);
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: somebody else's, but there.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/** Ends the etcd that a killed process started in this folder, if the number is still that etcd's. */
const endLeftProcess = (folder: string): void => {
  try {
    const pid = Number(readFileSync(join(folder, PROCESS_FILE), "utf8"));
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    if (command.includes(folder)) process.kill(pid, "SIGKILL");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // It never started or ended by itself; without /proc nobody can tell whose number it is.
    if (!isMissing(error) && code !== "ESRCH" && code !== "EPERM") throw error;
  }
};
