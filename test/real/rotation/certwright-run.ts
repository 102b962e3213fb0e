import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { mainFile } from "../../cli/process.ts";

/** A certwright that carries out a plan, seen while it does. */
export interface RunningApply {
  readonly child: ChildProcess;
  /** Its JSON lines, as they came. */
  readonly events: readonly ApplyEvent[];
  /** Exit code or signal, with everything that it said on standard error. */
  readonly ended: Promise<{ readonly code: number | string; readonly stderr: string }>;
}

/** A record of the journal, or the report at the end: `event` is absent there. */
export interface ApplyEvent {
  readonly event?: {
    readonly kind: string;
    readonly step?: string;
    readonly outcome?: { readonly kind: string };
  };
  readonly [field: string]: unknown;
}

export interface ApplyOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Words for node before the program: `--import` of a hook. */
  readonly node?: readonly string[];
  /** After this it is killed, and the code is "deadline". */
  readonly deadline: number;
  readonly onEvent?: (event: ApplyEvent, child: ChildProcess) => void;
}

/** Starts certwright with `-o json` behind `args` and reads its lines as they come. */
export const startApply = (args: readonly string[], options: ApplyOptions): RunningApply => {
  const child = spawn(
    process.execPath,
    [...(options.node ?? []), mainFile, ...args, "-o", "json"],
    {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const events: ApplyEvent[] = [];
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = JSON.parse(line) as ApplyEvent;
    events.push(event);
    options.onEvent?.(event, child);
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, options.deadline);
  const { promise, resolve } = Promise.withResolvers<{ code: number | string; stderr: string }>();
  child.on("close", (code, signal) => {
    clearTimeout(timer);
    resolve({ code: late ? "deadline" : (code ?? signal ?? "unknown"), stderr });
  });
  return { child, events, ended: promise };
};

/** "trust" of "trust.write.etcd-1/etcd". */
export const phaseOf = (step: string): string => step.split(".")[0]!;
