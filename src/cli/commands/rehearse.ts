import { join, resolve } from "node:path";
import { fileBackups } from "../../adapters/backup/file-backups.ts";
import { scratchEtcd } from "../../adapters/backup/scratch-etcd.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { openRunBackup } from "../../engine/backup/run-backup.ts";
import { rehearse, type Rehearsed } from "../../engine/rehearsal/rehearse.ts";
import { defineCommand } from "../command.ts";
import { estateOption, readCluster, timeoutOption } from "../etcd-estate.ts";
import { outputOption } from "../output.ts";
import { directoryOf, pkiOptions } from "../pki/open-pki.ts";
import { openCopy } from "../rehearsal/open-copy.ts";
import { writeRehearsal } from "../rehearsal/rehearsal-text.ts";
import { plainLines } from "../run/plain-lines.ts";
import { readPlan } from "../run/read-plan.ts";
import { limitsOf } from "../run/run-options.ts";
import { duration } from "../values.ts";

export const command = defineCommand({
  description:
    "Carries a plan's goal out on a copy and says what will happen: a snapshot of the cluster's data is restored into as many real etcd processes on 127.0.0.1, with certificates of a throw-away PKI of the same shape; the same planner plans for it, the same engine carries it out, with the same proofs, while a client reads and writes. Reads one snapshot from the estate and changes nothing of it; the copy is removed at the end. Needs etcd and etcdutl (etcdctl before 3.6) on this machine. Exit code 0 when the copy reached the goal and no request failed, else 1.",
  arguments: { plan: { description: "the plan's file" } },
  options: {
    estate: estateOption,
    ...pkiOptions,
    etcdBin: {
      flag: "--etcd-bin <file>",
      description: "the etcd program to rehearse with (default: the one in PATH)",
    },
    wait: {
      flag: "--wait <duration>",
      description: "how long to go on trying what cannot be done at the moment",
      default: "2m",
      parse: duration,
    },
    timeout: timeoutOption,
    output: outputOption("json"),
  },
  examples: [
    {
      command: "certwright rehearse rotate-etcd-ca.plan.json",
      does: "Try the plan on a copy of the cluster",
    },
    {
      command: "certwright rehearse rotate-etcd-ca.plan.json -o json | jq .load",
      does: "How many requests failed meanwhile",
    },
  ],
  async run(terminal, { arguments: { plan: file }, options }): Promise<ExitCode> {
    const plan = readPlan(resolve(file));
    const cluster = await readCluster(options.estate);
    const done = terminal.progress("bringing up a copy of the cluster");
    const copy = await openCopy(terminal, options, cluster, {
      etcd: options.etcdBin,
      deadline: options.timeout,
    }).finally(done);
    let rehearsed: Rehearsed;
    try {
      terminal.leaving("the estate was not touched; the copy is removed");
      const { ports, cluster: etcd, choice } = copy;
      const scratch = { nodes: etcd.members.map(({ node }) => node), etcd };
      const parent = join(directoryOf(choice), "backups");
      const backups = fileBackups(parent, ports.sealer);
      const restorer = scratchEtcd({ parent, choice: { named: etcd.binary, searchPath: "" } });
      rehearsed = await rehearse({
        plan,
        scratch,
        ports,
        backup: openRunBackup(
          { ...ports, backups, scratch: restorer },
          { run: "rehearsal", estate: scratch, version: plan.basis.estate },
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
        ...(options.output === "text" ? { listen: plainLines(terminal) } : {}),
      });
    } finally {
      await copy.close();
    }
    const { end, report, differences } = rehearsed;
    const good = end.kind === "closed" && report.load?.failed === 0;
    if (options.output === "json") {
      terminal.write(
        `${JSON.stringify({ ...report, goalReached: good, etcd: copy.version, differences })}\n`,
      );
    } else writeRehearsal(terminal, copy.version, rehearsed);
    return good ? 0 : 1;
  },
});
