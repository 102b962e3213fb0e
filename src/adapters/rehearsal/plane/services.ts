import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { CopiedService } from "../../../core/rehearsal/copied-file.ts";
import type { CopiedProgram } from "../../../core/rehearsal/copy-flags.ts";
import { verbOf } from "../../../engine/rehearsal/verb-of.ts";
import {
  endProgram,
  hasEnded,
  startProgram,
  type MachinePrograms,
  type ProgramMachine,
} from "./program-process.ts";

/** Programs that a machine's service manager keeps. */
export interface MachineServices extends MachinePrograms {
  /** Carries out a service's own command; undefined for any other. */
  serve(command: readonly string[]): Promise<void> | undefined;
}

/** systemd's own, where a unit has no TimeoutStopSec (DefaultTimeoutStopSec, systemd-system.conf(5)). */
const unitGrace = 90_000;
/** Other managers have less (sv(8): 7 s), scripts what their owner likes; a kubelet would give a pod that much. */
const commandGrace = 30_000;
/** Units are usually written with Restart=always and RestartSec=5: a controller-manager that loses its lease ends itself. */
const restartPause = 5000;

interface Unit extends CopiedService {
  child?: ChildProcess;
}

/**
 * Starts programs with the words that the real ones run with, and stops and starts them by their services' commands. Ends
 * with the process that called it, whose process namespace it lives in.
 */
export const keepServices = (
  machine: ProgramMachine,
  services: readonly CopiedService[],
): MachineServices => {
  const units: readonly Unit[] = services.map((one) => ({ ...one }));
  const crashed = new Map<CopiedProgram, number>();
  const pids = new Set<number>();
  const begin = (unit: Unit): void => {
    if (unit.child !== undefined && !hasEnded(unit.child)) return;
    const { program, words, environment } = unit;
    const child = startProgram(machine, program, words, environment);
    unit.child = child;
    const { pid } = child;
    if (pid === undefined) return;
    pids.add(pid);
    child.once("exit", () => {
      pids.delete(pid);
      // Whoever ends it forgets it first.
      if (unit.child === child) void keep(unit, child);
    });
  };
  const keep = async (unit: Unit, child: ChildProcess): Promise<void> => {
    crashed.set(unit.program, (crashed.get(unit.program) ?? 0) + 1);
    await sleep(restartPause, undefined, { ref: false });
    if (unit.child === child) begin(unit);
  };
  const stop = async (unit: Unit): Promise<void> => {
    const { child } = unit;
    delete unit.child;
    if (child !== undefined)
      await endProgram(child, unit.service.kind === "systemd" ? unitGrace : commandGrace);
  };
  return {
    allow: (program) => {
      for (const unit of units) if (unit.program === program) begin(unit);
    },
    pids: () => pids,
    crashes: () => crashed,
    serve: (command) => {
      for (const unit of units) {
        const verb = verbOf(unit.service, command);
        if (verb === undefined) continue;
        return (async () => {
          if (verb !== "start") await stop(unit);
          if (verb !== "stop") begin(unit);
        })();
      }
      return undefined;
    },
  };
};
