/** Starts the real command line as a process: what must never hang is measured from outside. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const main = join(import.meta.dirname, "../../../src/cli/main.ts");

export interface Ended {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

export interface Wish {
  readonly env?: Readonly<Record<string, string>>;
  /** What is typed into it; without it standard input stays open and silent. */
  readonly stdin?: string;
  /** Sent after so many milliseconds. */
  readonly interruptAfter?: number;
  /** A program and its arguments that start it in another world (unshare). */
  readonly within?: readonly string[];
}

/** Longer than any deadline asked for here: who is not done by then hangs. */
const patience = 15_000;

export const runDoctor = async (args: readonly string[], wish: Wish = {}): Promise<Ended> => {
  const command = [...(wish.within ?? []), process.execPath, main, "doctor", "-o", "json", ...args];
  const started = performance.now();
  const child = spawn(command[0]!, command.slice(1), {
    env: { PATH: process.env["PATH"] ?? "", ...wish.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  child.stdin.on("error", () => undefined);
  if (wish.stdin !== undefined) child.stdin.end(wish.stdin);
  const hanging = setTimeout(() => child.kill("SIGKILL"), patience);
  const interrupting =
    wish.interruptAfter === undefined
      ? undefined
      : setTimeout(() => child.kill("SIGINT"), wish.interruptAfter);
  const [exit] = (await once(child, "close")) as [number | null];
  clearTimeout(hanging);
  clearTimeout(interrupting);
  return { exit, stdout, stderr, milliseconds: performance.now() - started };
};

export const faultOf = ({ stdout, stderr }: Ended): string => {
  try {
    return (JSON.parse(stdout) as { readonly fault: string }).fault;
  } catch {
    return `no JSON: ${stdout}${stderr}`;
  }
};
