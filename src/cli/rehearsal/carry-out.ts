import { join } from "node:path";
import { fileBackups } from "../../adapters/backup/file-backups.ts";
import { scratchEtcd } from "../../adapters/backup/scratch-etcd.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import type { Estate } from "../../core/model/estate.ts";
import type { Plan } from "../../core/model/plan.ts";
import { unannounced } from "../../core/run/gap-words.ts";
import { openRunBackup } from "../../engine/backup/run-backup.ts";
import { rehearse } from "../../engine/rehearsal/rehearse.ts";
import { plannedEstate } from "../../engine/rotation/planned-estate.ts";
import { directoryOf, type PkiChoice } from "../pki/open-pki.ts";
import type { openRotationPorts } from "../rotation/rotation-ports.ts";
import { plainLines } from "../run/plain-lines.ts";
import { limitsOf } from "../run/run-options.ts";
import type { Terminal } from "../terminal.ts";
import { writeRehearsal } from "./rehearsal-text.ts";

/** A copy that is there and runs. */
export interface Copy {
  readonly scratch: Estate;
  /** With its own authority, and its own machines. */
  readonly ports: ReturnType<typeof openRotationPorts>;
  /** Its PKI and run belong here. */
  readonly choice: PkiChoice;
  /** Absolute path of the etcd with which its backup is tried. */
  readonly etcd: string;
  /** Of the programs that it runs. */
  readonly versions: Readonly<Record<string, string>>;
  /** Milliseconds until everything in it is as it should be. */
  readonly settling: number;
  /** What it has not, in words. */
  readonly left: readonly string[];
  /** Programs that ended without being told to, in words. */
  crashes(): readonly string[];
}

/** Of the command. */
export interface RehearsalChoice {
  readonly wait: number;
  readonly timeout: number;
  readonly output: "text" | "json";
}

/** Carries the plan's goal out on the copy and tells what came of it. */
export const carryOut = async (
  terminal: Terminal,
  plan: Plan,
  options: RehearsalChoice,
  copy: Copy,
): Promise<ExitCode> => {
  const { scratch, ports, choice } = copy;
  const parent = join(directoryOf(choice), "backups");
  const backups = fileBackups(parent, ports.sealer);
  const restorer = scratchEtcd({ parent, choice: { named: copy.etcd, searchPath: "" } });
  const rehearsed = await rehearse({
    plan,
    scratch,
    ports,
    backup: openRunBackup(
      { ...ports, backups, scratch: restorer },
      { run: "rehearsal", estate: plannedEstate(scratch, plan), version: plan.basis.estate },
    ),
    control: {
      wish: () =>
        Promise.resolve(
          terminal.interrupted.aborted
            ? { kind: "interrupt", by: "operator", why: "Ctrl-C" }
            : undefined,
        ),
      hurry: terminal.interrupted,
    },
    limits: limitsOf(options),
    deadline: options.timeout,
    settling: copy.settling,
    ...(options.output === "text" ? { listen: plainLines(terminal) } : {}),
  });
  const { end, report, differences, unplayed } = rehearsed;
  const good = end.kind === "closed" && report.load !== undefined && unannounced(report) === 0;
  const told = {
    versions: copy.versions,
    notRehearsed: [...copy.left, ...unplayed],
    crashes: copy.crashes(),
  };
  if (options.output === "json") {
    const { etcd } = copy.versions;
    terminal.write(
      `${JSON.stringify({ ...report, goalReached: good, etcd, differences, ...told })}\n`,
    );
  } else writeRehearsal(terminal, rehearsed, told);
  return good ? 0 : 1;
};
