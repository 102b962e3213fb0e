import { digests } from "../../adapters/crypto/node-digests.ts";
import { systemClock } from "../../adapters/clock/system-clock.ts";
import { raiseEstateVersion } from "../../adapters/estate/estate-version.ts";
import { fileSystem } from "../../adapters/files/file-system.ts";
import { openFileJournal } from "../../adapters/journal/file-journal.ts";
import { readReport, writeReport } from "../../adapters/runs/run-folder.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { runLimits } from "../../core/run/limits.ts";
import { reportOf } from "../../core/run/report.ts";
import { openRecord } from "../../engine/run/record.ts";
import { defineCommand } from "../command.ts";
import { canAsk, confirm } from "../confirm.ts";
import { directoryOf, dirOption } from "../pki/open-pki.ts";
import { reportText } from "../run/end-words.ts";
import { isMeshPlan } from "../recovery/mesh-run.ts";
import { findRun } from "../run/find-run.ts";
import { forgetClusterLease } from "../run/cluster-lease.ts";
import { openOnly, sayUnsigned } from "../run/go-on.ts";
import { withLease } from "../run/lease.ts";
import { runArgument, yesOption } from "../run/run-options.ts";
import { writeStatus } from "../run/status-text.ts";

export const command = defineCommand({
  description:
    "Ends a run where it is and leaves everything as it stands: for when something else has to be done now. Nothing is looked at and nothing is changed but the journal. To bring back what held before, use certwright rollback instead.",
  arguments: { run: runArgument },
  options: {
    dir: dirOption,
    why: {
      flag: "--why <words>",
      description: "for the journal and the report",
      default: "the operator wants it",
    },
    yes: yesOption,
  },
  examples: [
    {
      command: 'certwright abort --why "rebuilt by hand"',
      does: "Give the newest run up, with the estate as it is now",
    },
  ],
  async run(terminal, { arguments: { run: word }, options }): Promise<ExitCode> {
    const directory = directoryOf(options);
    const { folder, run: before } = openOnly(findRun(directory, word));
    writeStatus(terminal, before, { name: folder.run, atWork: false });
    if (!options.yes) {
      if (!canAsk(terminal)) {
        throw failure("run.not-agreed", { command: `certwright abort ${folder.run} --yes` });
      }
      if (!(await confirm(terminal, `Give run ${folder.run} up and leave everything as it is?`))) {
        terminal.say("nothing was changed");
        return 1;
      }
    }
    return await withLease(
      directory,
      folder.run,
      before.epoch,
      async (lease): Promise<ExitCode> => {
        const { plan } = openOnly(findRun(directory, folder.run));
        const journal = openFileJournal(fileSystem, folder.journal, folder.run);
        try {
          const record = await openRecord(
            { journal, clock: systemClock, digests },
            { run: folder.run, plan, epoch: lease.epoch },
            runLimits,
            () => undefined,
          );
          await record.append({ kind: "run.closed", verdict: "abandoned", why: options.why });
          raiseEstateVersion(directory);
          const report = reportOf(plan, await journal.read(), digests, readReport(folder)?.load);
          terminal.write(reportText(terminal, report, writeReport(folder, report).path));
          sayUnsigned(terminal, folder.run);
          // A mesh's cluster was not told.
          if (!isMeshPlan(plan)) await forgetClusterLease(terminal, directory, folder);
          return 0;
        } finally {
          journal.close();
        }
      },
    );
  },
});
