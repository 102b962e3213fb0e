import { failure } from "../../core/errors/certwright-error.ts";
import { readRunSettings } from "../../adapters/runs/run-folder.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { readCluster } from "../etcd-estate.ts";
import { directoryOf } from "../pki/open-pki.ts";
import type { Terminal } from "../terminal.ts";
import { carryOutRun } from "./carry-out-run.ts";
import { findRun, type FoundRun } from "./find-run.ts";
import { withLease } from "./lease.ts";
import { openBackupPorts } from "../backup/backup-ports.ts";
import { openWorld } from "./open-world.ts";
import type { RunChoice } from "./run-options.ts";

/** Goes on with a run that is not closed, in its own direction or, with `rollback` (why), back. */
export const goOn = async (
  terminal: Terminal,
  word: string | undefined,
  choice: RunChoice & { readonly estate?: string | undefined },
  rollback?: string,
): Promise<ExitCode> => {
  const directory = directoryOf(choice);
  const { folder, run } = openOnly(findRun(directory, word));
  const cluster = await readCluster(choice.estate ?? readRunSettings(folder).estate);
  const ports = openBackupPorts(terminal, choice, cluster);
  try {
    // Now and not in the midst of a step.
    await ports.sealer.header();
    return await withLease(directory, folder.run, run.epoch, async (lease) => {
      // Read again: whoever held the lease until now may have closed it.
      const { plan } = openOnly(findRun(directory, folder.run));
      const world = openWorld(ports, cluster, {
        run: folder.run,
        estate: plan.basis.estate,
        acceptUnrestored: choice.acceptUnrestoredBackup,
      });
      try {
        const job = { directory, folder, plan, lease, world };
        const turned = rollback === undefined ? job : { ...job, rollback };
        return await carryOutRun(terminal, turned, choice);
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
