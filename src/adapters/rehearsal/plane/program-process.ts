import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { copiedWords, type CopiedProgram } from "../../../core/rehearsal/copy-flags.ts";
import { lastLine } from "../../backup/run-to-end.ts";
import { programsFolder } from "./root-folder.ts";

/** A machine whose programs are started from here. */
export interface ProgramMachine {
  readonly name: string;
  readonly root: string;
  /** nsenter(1)'s words. */
  readonly inside: readonly string[];
}

/** The programs of a machine, and who starts them there. */
export interface MachinePrograms {
  /** From now on this one is started, too, and kept. */
  allow(program: CopiedProgram): void;
  pids(): ReadonlySet<number>;
  /** How often a program ended that nobody had told to, by its name. */
  crashes(): ReadonlyMap<CopiedProgram, number>;
}

/** As the copy runs it. Nothing of our own environment: an ETCD_ variable in it would be a setting. */
export const startProgram = (
  machine: ProgramMachine,
  program: CopiedProgram,
  flags: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess => {
  const log = openSync(logOf(machine, program), "a", 0o600);
  const [first = "", ...rest] = [
    ...machine.inside,
    `${programsFolder}/${program}`,
    ...copiedWords(program, flags),
  ];
  const child = spawn(first, rest, { env: environment, stdio: ["ignore", log, log] });
  closeSync(log);
  child.on("error", () => undefined);
  return child;
};

/** What the program said last, in one line. */
export const lastWordsOf = (machine: ProgramMachine, program: CopiedProgram): string => {
  const path = logOf(machine, program);
  return existsSync(path) ? lastLine(readFileSync(path, "utf8")).slice(0, 400) : "";
};

const logOf = ({ root }: ProgramMachine, program: CopiedProgram): string =>
  join(root, "run", `${program}.log`);

export const hasEnded = ({ exitCode, signalCode, pid }: ChildProcess): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null;

/** Asks it to end, and after `grace` milliseconds does not ask. */
export const endProgram = async (child: ChildProcess, grace: number): Promise<void> => {
  if (hasEnded(child)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve());
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), grace);
  await promise;
  clearTimeout(timer);
};
