import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { programWords } from "../../../core/manifest/flags.ts";
import type { CopiedProgram } from "../../../core/rehearsal/copy-flags.ts";
import {
  endProgram,
  hasEnded,
  startProgram,
  type MachinePrograms,
  type ProgramMachine,
} from "./program-process.ts";

export interface PodMachine extends ProgramMachine {
  /** "/etc/kubernetes/manifests" */
  readonly manifests: string;
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
export const keepStaticPods = (machine: PodMachine): MachinePrograms => {
  const pods = new Map<CopiedProgram, Pod>();
  const crashed = new Map<CopiedProgram, number>();
  const pids = new Set<number>();
  const look = async (program: CopiedProgram): Promise<void> => {
    for (;;) {
      const path = `${machine.manifests}/${program}.yaml`;
      const text = readIfThere(join(machine.root, path));
      const pod = pods.get(program);
      if (pod !== undefined && pod.text !== text) {
        await endProgram(pod.child, grace);
        pods.delete(program);
      } else if (pod !== undefined && hasEnded(pod.child)) {
        crashed.set(program, (crashed.get(program) ?? 0) + 1);
        await sleep(backOff, undefined, { ref: false });
        pods.delete(program);
      }
      if (text !== undefined && !pods.has(program)) {
        const words = programWords(text, path, program);
        const flags = basename(words[0] ?? "") === program ? words.slice(1) : words;
        const child = startProgram(machine, program, flags, {});
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
    crashes: () => crashed,
  };
};

interface Pod {
  readonly text: string;
  readonly child: ChildProcess;
}

const readIfThere = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, "utf8") : undefined;
