import { failure } from "../../core/errors/certwright-error.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { oneWayBegun } from "../../core/run/objection.ts";
import { defineCommand } from "../command.ts";
import { canAsk, confirm } from "../confirm.ts";
import { directoryOf } from "../pki/open-pki.ts";
import { findRun } from "../run/find-run.ts";
import { goOn, openOnly } from "../run/go-on.ts";
import { estateOfRun, runArgument, runOptions, yesOption } from "../run/run-options.ts";

export const command = defineCommand({
  description:
    "Brings back what held before a run: the phases that were begun, the last one first, each by its own steps and proofs. At the end every file is byte for byte what it was, from the run's backup; new CA generations stay in the PKI, unused. Not possible once a step was begun that has no way back. Exit code 0 when everything is as it was; the others as those of certwright apply.",
  arguments: { run: runArgument },
  options: {
    estate: estateOfRun,
    ...runOptions,
    why: {
      flag: "--why <words>",
      description: "for the journal and the report",
      default: "the operator wants it",
    },
    yes: yesOption,
  },
  examples: [
    {
      command: 'certwright rollback --why "a consumer was forgotten"',
      does: "Undo the newest run",
    },
  ],
  async run(terminal, { arguments: { run: word }, options }): Promise<ExitCode> {
    const { run } = openOnly(findRun(directoryOf(options), word));
    const step = oneWayBegun(run);
    if (step !== undefined) throw failure("run.one-way", { run: run.id, step });
    if (!options.yes) {
      if (!canAsk(terminal)) {
        throw failure("run.not-agreed", { command: `certwright rollback ${run.id} --yes` });
      }
      if (!(await confirm(terminal, `Bring back what held before run ${run.id}?`))) {
        terminal.say("nothing was changed");
        return 1;
      }
    }
    return await goOn(terminal, run.id, options, { rollback: options.why });
  },
});
