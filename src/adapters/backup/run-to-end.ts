import { spawn } from "node:child_process";

export interface Ended {
  /** Undefined when it did not end by itself or could not be started. */
  readonly code: number | undefined;
  /** What it printed, standard output and error together: the last of it. */
  readonly output: string;
  /** In one line: its last words, or why there is no code. */
  readonly why: string;
}

/** More is not read by anybody. */
const OUTPUT_LIMIT = 16 * 1024;

/** Runs a program to its end; never throws. `deadline` in milliseconds. */
export const runToEnd = (
  program: string,
  args: readonly string[],
  {
    deadline,
    env = {},
  }: { readonly deadline: number; readonly env?: Readonly<Record<string, string>> },
): Promise<Ended> => {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  // Nothing of our own environment: an ETCD_ variable in it would be a setting.
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let late = false;
  const collect = (text: Buffer): void => {
    output = (output + text.toString()).slice(-OUTPUT_LIMIT);
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, deadline);
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  const ended = (code: number | undefined, why: string): void => {
    clearTimeout(timer);
    process.off("exit", end);
    resolve({ code, output, why });
  };
  child.once("error", (error: NodeJS.ErrnoException) =>
    ended(undefined, `cannot be started (${error.code ?? error.message})`),
  );
  child.once("close", (code, signal) => {
    if (late) ended(undefined, `took longer than ${deadline / 1000} s`);
    else ended(code ?? undefined, lastLine(output) || `ended by ${signal ?? `code ${code}`}`);
  });
  return promise;
};

export const lastLine = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .findLast((line) => line !== "") ?? "";
