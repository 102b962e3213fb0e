import { failure } from "../../core/errors/certwright-error.ts";
import { readReport, readRunSettings, writeReport } from "../../adapters/runs/run-folder.ts";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { reportOf } from "../../core/run/report.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { readRotatable } from "../etcd-estate.ts";
import { directoryOf } from "../pki/open-pki.ts";
import type { Terminal } from "../terminal.ts";
import { reportText } from "./end-words.ts";
import { carryOutRun, type RunJob } from "./carry-out-run.ts";
import { withClusterLease } from "./cluster-lease.ts";
import { findRun, type FoundRun } from "./find-run.ts";
import { withLease } from "./lease.ts";
import { systemNodes } from "../../adapters/node/system-nodes.ts";
import { giveNodesBack } from "../../engine/recovery/node-locks.ts";
import { plannedEstate } from "../../engine/rotation/planned-estate.ts";
import { openBackupPorts } from "../backup/backup-ports.ts";
import { driveMesh, isMeshPlan } from "../recovery/mesh-run.ts";
import { openWorld } from "./open-world.ts";
import type { RunChoice } from "./run-options.ts";

/** Goes on with a run that is not closed, in its own direction or, with `rollback` (why), back; see DriveOrder. */
export const goOn = async (
  terminal: Terminal,
  word: string | undefined,
  choice: RunChoice & { readonly estate?: string | undefined },
  order: Pick<RunJob, "rollback" | "repair"> = {},
): Promise<ExitCode> => {
  const directory = directoryOf(choice);
  const found = findRun(directory, word);
  if (order.rollback === undefined && lacksReport(found)) return finish(terminal, found, choice);
  const { folder, run } = openOnly(found);
  if (isMeshPlan(found.plan)) {
    return await withLease(directory, folder.run, run.epoch, (lease) => {
      // Read again: whoever held the lease until now may have closed it.
      const { plan } = openOnly(findRun(directory, folder.run));
      if (!isMeshPlan(plan)) throw failure("run.state-damaged", { path: folder.path });
      return driveMesh(terminal, { folder, plan, lease, ...order }, choice);
    });
  }
  const estate = await readRotatable(choice.estate ?? readRunSettings(folder).estate);
  const ports = openBackupPorts(terminal, choice, estate);
  try {
    // Now and not in the midst of a step.
    await ports.sealer.header();
    return await withLease(directory, folder.run, run.epoch, async (lease) => {
      // Read again: whoever held the lease until now may have closed it.
      const { plan } = openOnly(findRun(directory, folder.run));
      const world = openWorld(ports, plannedEstate(estate, plan), {
        run: folder.run,
        version: plan.basis.estate,
        acceptUnrestored: choice.acceptUnrestoredBackup,
      });
      try {
        const { authority, sealer } = ports;
        const job = { directory, folder, plan, lease, world, authority, sealer, ...order };
        const leased = { directory, run: folder.run, plan, estate, authority, goesOn: true };
        const code = await withClusterLease(terminal, leased, (tell) =>
          carryOutRun(terminal, { ...job, tell }, choice),
        );
        if (code === 0 && plan.goal.kind === "recover") {
          const masters = estate.kubernetes?.controlPlane ?? [];
          await giveNodesBack(systemNodes, masters, folder.run);
        }
        return code;
      } finally {
        await world.close();
      }
    });
  } finally {
    ports.authority.close();
  }
};

/** Throws run.not-open, and run.not-begun when not even the first record was written: its plan may be stale by now. */
export const openOnly = (found: FoundRun): FoundRun => {
  const { stage, id } = found.run;
  if (stage.kind === "unopened") throw failure("run.not-begun", { run: found.folder.run });
  if (stage.kind !== "closed") return found;
  throw failure("run.not-open", { run: id, verdict: stage.verdict });
};

const lacksReport = ({ run, folder }: FoundRun): boolean =>
  run.stage.kind === "closed" && readReport(folder)?.journal.hash !== run.hash;

/** What is left to do of a run whose process was killed right behind the last record. */
const finish = (
  terminal: Terminal,
  { plan, entries, folder }: FoundRun,
  { output }: Pick<RunChoice, "output">,
): ExitCode => {
  const report = reportOf(plan, entries, digests, readReport(folder)?.load);
  const { path } = writeReport(folder, report);
  if (output === "json") terminal.write(`${JSON.stringify(report)}\n`);
  else terminal.write(reportText(terminal, report, path));
  sayUnsigned(terminal, folder.run);
  return 0;
};

/** For who writes a report without the passphrase of the keys. */
export const sayUnsigned = (terminal: Terminal, run: string): void =>
  terminal.say(`the report is not signed; sign it: certwright report ${run} --sign`);
