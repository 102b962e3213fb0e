import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { programWords } from "../../../core/manifest/flags.ts";
import {
  copiedPrograms,
  copiedWords,
  type CopiedProgram,
} from "../../../core/rehearsal/copy-flags.ts";
import { lastLine } from "../../backup/run-to-end.ts";
import { programsFolder } from "./root-folder.ts";

export interface PodMachine {
  readonly name: string;
  readonly root: string;
  /** nsenter(1)'s words. */
  readonly inside: readonly string[];
  /** "/etc/kubernetes/manifests" */
  readonly manifests: string;
}

/** The programs of a machine's static pods, as a kubelet keeps them. */
export interface StaticPods {
  /** From now on this one is started, too, and kept. */
  allow(program: CopiedProgram): void;
  pids(): ReadonlySet<number>;
  /** What the program said last, in one line. */
  lastWords(program: CopiedProgram): string;
  /** How often a program ended that nobody had told to, by its name. */
  crashes(): ReadonlyMap<CopiedProgram, number>;
}

/** The kubelet of a real node sees a manifest at once (inotify). */
const lookPause = 200;
/** A static pod's, where its manifest says nothing else. */
const grace = 30_000;
/** The kubelet's own after a first crash. */
const backOff = 10_000;

/**
 * Starts what lies in the folder of manifests, with its own flags, ends what is taken away, and replaces what is changed:
 * what a rotation makes a kubelet do. Ends with the process that called it, whose process namespace it lives in.
 */
export const keepStaticPods = (machine: PodMachine): StaticPods => {
  const pods = new Map<CopiedProgram, Pod>();
  const crashed = new Map<CopiedProgram, number>();
  const pids = new Set<number>();
  const look = async (program: CopiedProgram): Promise<void> => {
    for (;;) {
      const path = `${machine.manifests}/${program}.yaml`;
      const text = readIfThere(join(machine.root, path));
      const pod = pods.get(program);
      if (pod !== undefined && pod.text !== text) {
        await end(pod.child);
        pods.delete(program);
      } else if (pod !== undefined && hasEnded(pod.child)) {
        crashed.set(program, (crashed.get(program) ?? 0) + 1);
        await sleep(backOff, undefined, { ref: false });
        pods.delete(program);
      }
      if (text !== undefined && !pods.has(program)) {
        const child = start(machine, program, programWords(text, path, program));
        const { pid } = child;
        if (pid !== undefined) {
          pids.add(pid);
          child.once("exit", () => pids.delete(pid));
        }
        pods.set(program, { text, child });
      }
      await sleep(lookPause, undefined, { ref: false });
    }
  };
  const allowed = new Set<CopiedProgram>();
  return {
    allow: (program) => {
      if (allowed.has(program)) return;
      allowed.add(program);
      void look(program);
    },
    pids: () => pids,
    lastWords: (program) => lastLine(readIfThere(logOf(machine, program)) ?? "").slice(0, 400),
    crashes: () => crashed,
  };
};

interface Pod {
  readonly text: string;
  readonly child: ChildProcess;
}

const logOf = ({ root }: PodMachine, program: CopiedProgram): string =>
  join(root, "run", `${program}.log`);

const readIfThere = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, "utf8") : undefined;

const start = (
  machine: PodMachine,
  program: CopiedProgram,
  words: readonly string[],
): ChildProcess => {
  const log = openSync(logOf(machine, program), "a", 0o600);
  const flags = basename(words[0] ?? "") === program ? words.slice(1) : words;
  const [first = "", ...rest] = [
    ...machine.inside,
    `${programsFolder}/${program}`,
    ...copiedWords(program, flags),
  ];
  // Nothing of our own environment: an ETCD_ variable in it would be a setting.
  const child = spawn(first, rest, { env: {}, stdio: ["ignore", log, log] });
  closeSync(log);
  child.on("error", () => undefined);
  return child;
};

const hasEnded = ({ exitCode, signalCode, pid }: ChildProcess): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null;

const end = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve());
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), grace);
  await promise;
  clearTimeout(timer);
};

/** All programs that a machine has a manifest of. */
export const podsOf = ({ root, manifests }: PodMachine): readonly CopiedProgram[] =>
  copiedPrograms.filter((program) => existsSync(join(root, manifests, `${program}.yaml`)));
