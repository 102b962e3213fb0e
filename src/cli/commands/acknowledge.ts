import { digests } from "../../adapters/crypto/node-digests.ts";
import { systemClock } from "../../adapters/clock/system-clock.ts";
import { fileSystem } from "../../adapters/files/file-system.ts";
import { openFileJournal } from "../../adapters/journal/file-journal.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { claimWords } from "../../core/run/claim-words.ts";
import { runLimits } from "../../core/run/limits.ts";
import { askedFor } from "../../core/run/vouch.ts";
import { openRecord } from "../../engine/run/record.ts";
import { defineCommand } from "../command.ts";
import { directoryOf, dirOption } from "../pki/open-pki.ts";
import { findRun } from "../run/find-run.ts";
import { openOnly } from "../run/go-on.ts";
import { withLease } from "../run/lease.ts";
import { whoAmI } from "../run/run-options.ts";

export const command = defineCommand({
  description:
    "Vouches for what certwright cannot see: that a holder has what it was given, or that nobody uses the old certificates or tokens any more. Your name, the time and your words go into the run's journal and its report, in the place of a proof. Only what the run asks for at this moment can be vouched for; the run has to stand still.",
  arguments: {
    name: { description: "the holder, or soak:ISSUER, as the run names it", variadic: true },
  },
  options: {
    dir: dirOption,
    run: {
      flag: "--run <name>",
      description: "the run, or the start of its name (default: the newest)",
    },
    note: {
      flag: "--note <words>",
      description: "how you know, for whoever reads the report",
      required: true,
    },
  },
  examples: [
    {
      command: 'certwright acknowledge ci --note "Bo put the bundle into Jenkins, ticket 4711"',
      does: "The holder ci has what the run asks for now",
    },
  ],
  async run(terminal, { arguments: { name: words }, options }): Promise<ExitCode> {
    const directory = directoryOf(options);
    const { folder, run: before } = openOnly(findRun(directory, options.run));
    return await withLease(
      directory,
      folder.run,
      before.epoch,
      async (lease): Promise<ExitCode> => {
        const { plan, run } = openOnly(findRun(directory, folder.run));
        const asked = askedFor(run);
        const known = [...new Set(asked.map(({ word }) => word))];
        for (const word of words) {
          if (!known.includes(word)) throw failure("run.not-asked", { word, known });
        }
        const journal = openFileJournal(fileSystem, folder.journal, folder.run);
        try {
          const record = await openRecord(
            { journal, clock: systemClock, digests },
            { run: folder.run, plan, epoch: lease.epoch },
            runLimits,
            () => undefined,
          );
          const names = new Set<string>();
          for (const { word, name, claim } of asked) {
            if (!words.includes(word)) continue;
            terminal.say(`vouched for: ${claimWords(claim)}`);
            if (names.has(name)) continue;
            names.add(name);
            await record.append({
              kind: "claim.acknowledged",
              name,
              by: whoAmI(),
              note: options.note,
            });
          }
        } finally {
          journal.close();
        }
        terminal.say(`go on with: certwright resume ${folder.run}`);
        return 0;
      },
    );
  },
});
