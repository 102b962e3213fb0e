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
  /** From Ctrl-C to the end. */
  readonly sinceInterrupt?: number;
}

export interface Wish {
  readonly env?: Readonly<Record<string, string>>;
  /** What is typed into it; without it standard input stays open and silent. */
  readonly stdin?: string;
  /** Ctrl-C comes when this resolves. */
  readonly interruptWhen?: Promise<void>;
  /** A program and its arguments that start it in another world (unshare). */
  readonly within?: readonly string[];
}

/** Longer than any deadline asked for here: who is not done by then hangs. */
const patience = 60_000;

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
  let interrupted: number | undefined;
  void wish.interruptWhen?.then(() => {
    interrupted = performance.now();
    child.kill("SIGINT");
  });
  const [exit] = (await once(child, "close")) as [number | null];
  clearTimeout(hanging);
  const now = performance.now();
  return {
    exit,
    stdout,
    stderr,
    milliseconds: now - started,
    ...(interrupted === undefined ? {} : { sinceInterrupt: now - interrupted }),
  };
};

export const faultOf = ({ stdout, stderr }: Ended): string => {
  try {
    return (JSON.parse(stdout) as { readonly fault: string }).fault;
  } catch {
    return `no JSON: ${stdout}${stderr}`;
  }
};
