import { resolve } from "node:path";
import { systemClock } from "../../adapters/clock/system-clock.ts";
import { fileLease } from "../../adapters/lease/file-lease.ts";
import { statusOf } from "../../core/run/status.ts";
import { defineCommand } from "../command.ts";
import { outputOption, writeData } from "../output.ts";
import { directoryOf, dirOption } from "../pki/open-pki.ts";
import { showClusterLease } from "../run/show-cluster-lease.ts";
import { findRun } from "../run/find-run.ts";
import { runArgument } from "../run/run-options.ts";
import { holderText, writeStatus } from "../run/status-text.ts";

export const command = defineCommand({
  description:
    "Shows where a run stands, from its journal: what is proved, what is under way and by whom, what is not known, what it waits for, and how to go on. Looks at nothing else and changes nothing.",
  arguments: { run: runArgument },
  options: {
    dir: dirOption,
    kubeconfig: {
      flag: "--kubeconfig <file>",
      description:
        "ask the cluster instead of a directory: whose run is open there, where it is and how far each CA is, from any machine",
    },
    output: outputOption("json", "yaml"),
  },
  examples: [
    { command: "certwright status", does: "Where the newest run stands" },
    { command: "certwright status -o json | jq .state", does: "The same for a program" },
    {
      command: "certwright status --kubeconfig admin.conf",
      does: "Whether anybody has a run open on this cluster, and who",
    },
  ],
  async run(terminal, { arguments: { run: word }, options }) {
    if (options.kubeconfig !== undefined) {
      await showClusterLease(terminal, resolve(options.kubeconfig), options.output);
      return;
    }
    const directory = directoryOf(options);
    const { folder, run } = findRun(directory, word);
    const holder = fileLease(directory, systemClock.now).look();
    const at = holder?.run === folder.run ? holder : undefined;
    if (options.output !== "text") {
      const data = {
        ...statusOf(run, at !== undefined),
        run: folder.run,
        ...(at === undefined ? {} : { holder: at }),
      };
      await writeData(terminal, options.output, data);
      return;
    }
    writeStatus(terminal, run, { name: folder.run, atWork: at !== undefined });
    terminal.write(holderText(terminal, run, at));
  },
});
