import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Words behind node. */
export const certwrightProgram: readonly string[] = [
  join(import.meta.dirname, "..", "..", "src", "cli", "main.ts"),
];

/** Environment of certwright in that folder: its passphrase, and the etcd with which it tries a backup. */
export const environmentOf = (
  folder: string,
  etcdFolder: string | undefined,
): Readonly<Record<string, string | undefined>> => ({
  ...process.env,
  PATH: [etcdFolder ?? "", process.env["PATH"] ?? ""].join(delimiter),
  CERTWRIGHT_PASSPHRASE_FILE: join(folder, "passphrase"),
});

/** The command line as a user has it. A minute is ten times the slowest command here. */
export const certwright = (
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [...certwrightProgram, ...args],
      { cwd: folder, timeout: 60_000, signal, encoding: "utf8", env },
      (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (typeof error.code === "number") resolve({ code: error.code, stdout, stderr });
        else reject(error);
      },
    );
  });
