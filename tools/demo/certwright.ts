import { execFile } from "node:child_process";
import { join } from "node:path";

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a user has it. A minute is ten times the slowest command here. */
export const certwright = (
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [join(import.meta.dirname, "..", "..", "src", "cli", "main.ts"), ...args],
      { cwd: folder, timeout: 60_000, signal, encoding: "utf8" },
      (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (typeof error.code === "number") resolve({ code: error.code, stdout, stderr });
        else reject(error);
      },
    );
  });
