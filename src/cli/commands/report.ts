import { digests } from "../../adapters/crypto/node-digests.ts";
import {
  isSignedWith,
  readReportKey,
  reportKeyId,
  reportKeyPath,
} from "../../adapters/report/report-key.ts";
import {
  readReport,
  readReportBytes,
  readSignature,
  reportPath,
} from "../../adapters/runs/run-folder.ts";
import { failure, isFailure } from "../../core/errors/certwright-error.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { digestOf } from "../../core/inventory/digest-of.ts";
import { reportMarkdown } from "../../core/run/report-markdown.ts";
import { reportOf, type RunReport } from "../../core/run/report.ts";
import { shellWord } from "../../core/text/shell-word.ts";
import { defineCommand } from "../command.ts";
import { outputOption, writeData } from "../output.ts";
import { directoryOf, openPkiAndKeys, pkiOptions } from "../pki/open-pki.ts";
import { reportText } from "../run/end-words.ts";
import { findRun, type FoundRun } from "../run/find-run.ts";
import { keepReport } from "../run/keep-report.ts";
import { runArgument } from "../run/run-options.ts";

export const command = defineCommand({
  description:
    "Shows the report of a run: phases, restarts, proofs, what clients met, holders, and who said what. With --verify it holds the report against its signature, its own digest and the run's journal. The key that signs reports is for nothing else; keep the fingerprint of its public half where this machine's administrators cannot change it. openssl dgst -sha256 -verify report-key.pub -signature report.json.sig report.json says the same of the signature. Exit code 1 when anything does not fit.",
  arguments: { run: runArgument },
  options: {
    ...pkiOptions,
    sign: {
      flag: "--sign",
      description:
        "sign one that was left without a signature, if it says what the run's journal says",
    },
    verify: { flag: "--verify", description: "say whether the report is what the run wrote" },
    key: {
      flag: "--key <file>",
      description: "public key to verify it with (default: report-key.pub in the directory)",
    },
    output: outputOption("json", "markdown"),
  },
  examples: [
    { command: "certwright report -o markdown > report.md", does: "All of it, for people" },
    { command: "certwright report --verify", does: "Whether it is what the run wrote" },
  ],
  async run(terminal, { arguments: { run: word }, options }): Promise<ExitCode> {
    const directory = directoryOf(options);
    const found = findRun(directory, word);
    const report = readReport(found.folder);
    if (report === undefined) throw failure("run.no-report", { run: found.folder.run });
    if (options.sign) {
      if (!saysWhatTheJournalSays(found, report)) {
        throw failure("run.report-differs", { run: found.folder.run });
      }
      const { authority, sealer } = openPkiAndKeys(terminal, options, "use");
      try {
        await keepReport(directory, found.folder, report, sealer);
      } finally {
        authority.close();
      }
    }
    if (!options.verify) {
      if (options.output === "json") await writeData(terminal, "json", report);
      else if (options.output === "markdown") terminal.write(reportMarkdown(report));
      else terminal.write(reportText(terminal, report, reportPath(found.folder)));
      return 0;
    }
    const key = readReportKey(options.key ?? reportKeyPath(directory));
    const checks = checksOf(found, report, key);
    if (options.output === "json") await writeData(terminal, "json", checks);
    else {
      for (const { what, holds } of checks) {
        const mark = holds
          ? terminal.style("green", "yes")
          : terminal.style(["red", "bold"], "NO ");
        terminal.write(`${mark} ${what}\n`);
      }
      const path = reportPath(found.folder);
      terminal.say(
        `the same without certwright: openssl dgst -sha256 -verify ${shellWord(options.key ?? reportKeyPath(directory))} -signature ${shellWord(`${path}.sig`)} ${shellWord(path)}`,
      );
    }
    return checks.every(({ holds }) => holds) ? 0 : 1;
  },
});

interface Check {
  readonly what: string;
  readonly holds: boolean;
}

const checksOf = (found: FoundRun, report: RunReport, key: string): readonly Check[] => {
  const { folder, entries } = found;
  const bytes = readReportBytes(folder);
  const signature = readSignature(folder);
  const { digest, ...body } = report;
  return [
    {
      what: `signed with the key ${reportKeyId(key)}`,
      holds: signature !== undefined && isSignedWith(key, bytes, signature),
    },
    { what: "its digest is that of its content", holds: digest === digestOf(body, digests) },
    {
      what: `it says what the journal says (${entries.length} records, ending in ${found.run.hash.slice(0, 16)})`,
      holds: saysWhatTheJournalSays(found, report),
    },
  ];
};

const saysWhatTheJournalSays = ({ plan, entries }: FoundRun, report: RunReport): boolean => {
  try {
    return reportOf(plan, entries, digests, report.load).digest === report.digest;
  } catch (error) {
    // The journal tells no run of this plan.
    if (isFailure(error, "journal.impossible")) return false;
    throw error;
  }
};
