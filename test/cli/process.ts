import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { openCopy } from "./open-copy.ts";

export const mainFile = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

const own = { node: process.execPath, main: mainFile };

export interface Outcome {
  /** Exit code, or the signal's name. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array | undefined;
  /** Run as this user; only root may ask. */
  readonly uid?: number | undefined;
  /** After this the process is killed and the code is "deadline". Default 20 s: the machine may be busy. */
  readonly deadline?: number;
}

/** Runs a program to its end. */
export const runProgram = (
  file: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Outcome> => {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const started = performance.now();
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["pipe", "pipe", "pipe"],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, options.deadline ?? 20_000);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  // A program that does not read its input is no failure.
  child.stdin.on("error", () => {});
  child.stdin.end(options.stdin);
  child.on("error", reject);
  child.on("close", (code, signal) => {
    clearTimeout(timer);
    resolve({
      code: late ? "deadline" : (code ?? signal ?? "unknown"),
      stdout: Buffer.concat(out).toString("utf8"),
      stderr: Buffer.concat(err).toString("utf8"),
      milliseconds: performance.now() - started,
    });
  });
  return promise;
};

/** Runs certwright from its source; as another user from a copy that everybody may read. */
export const certwright = (args: readonly string[], options: RunOptions): Promise<Outcome> => {
  const { node, main } = options.uid === undefined ? own : openCopy();
  return runProgram(node, [main, ...args], options);
};
