import { fstatSync, statSync, writeSync, type Stats } from "node:fs";

export const stdout = 1;
export const stderr = 2;

/** Between tries at a pipe that is full and does not block, because its other end was made so. */
const fullPipeMilliseconds = 5;

/**
 * Writes all of it, in order, before it returns; throws the system's error (EPIPE, ENOSPC).
 * Not process.stdout: opening that stream costs 3 ms of start for a file and 6 for a pipe.
 */
export const writeAll = (descriptor: number, data: string | Uint8Array): void => {
  const bytes = typeof data === "string" ? Buffer.from(data, "utf8") : data;
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, fullPipeMilliseconds);
    }
  }
};

/** Whether a person looks at it. node:tty is loaded only for what can be a terminal, for it loads node:net. */
export const isTerminal = (descriptor: number): boolean => {
  const stats = statsOf(descriptor);
  if (stats?.isCharacterDevice() !== true || isNull(stats)) return false;
  return process.getBuiltinModule("node:tty").isatty(descriptor);
};

/** Whether colours are wanted there (no-color.org; FORCE_COLOR as Node reads it). */
export const isColoured = (
  descriptor: number,
  env: Readonly<Record<string, string | undefined>>,
): boolean => {
  const { FORCE_COLOR: force, NO_COLOR: none, TERM: term } = env;
  if (none !== undefined && none !== "") return false;
  if (force !== undefined) return force !== "0" && force !== "false";
  return term !== "dumb" && isTerminal(descriptor);
};

const statsOf = (descriptor: number): Stats | undefined => {
  try {
    return fstatSync(descriptor);
  } catch {
    // Closed by whoever started us.
    return undefined;
  }
};

const isNull = ({ rdev }: Stats): boolean => {
  try {
    return statSync("/dev/null").rdev === rdev;
  } catch {
    return false;
  }
};
