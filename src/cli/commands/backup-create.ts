import { readEstateVersion } from "../../adapters/estate/estate-version.ts";
import { createBackup } from "../../engine/backup/create.ts";
import { describeBackup } from "../../engine/backup/run-backup.ts";
import { verifyBackup } from "../../engine/backup/verify.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { etcdBinOption, openBackupPorts } from "../backup/backup-ports.ts";
import { backupData } from "../backup/describe.ts";
import { sayVerdict, verdictCode } from "../backup/verdict.ts";
import { defineCommand } from "../command.ts";
import { estateOption, readRotatable } from "../etcd-estate.ts";
import { outputOption, writeData } from "../output.ts";
import { directoryOf, pkiOptions } from "../pki/open-pki.ts";
import type { Terminal } from "../terminal.ts";

export const command = defineCommand({
  description:
    "Copies every certificate, key and trust bundle of the estate from its machine, and takes a snapshot of etcd's data, all encrypted under the CA keys' passphrase. Then it shows that the backup is worth something: the snapshot is restored into a member of its own on this machine, which only we can reach, and the number of keys and their hash are compared with what the cluster said. A plan's run makes its own backup before its first change.",
  options: {
    estate: estateOption,
    id: { flag: "--id <name>", description: "name of the backup (default: the time)" },
    etcdBin: etcdBinOption,
    ...pkiOptions,
    output: outputOption("json", "yaml"),
  },
  examples: [
    { command: "certwright backup create", does: "Make a backup, restore it and compare" },
    {
      command: "certwright backup create --id before-upgrade --etcd-bin /opt/etcd/etcd",
      does: "Under a name, restored with that etcd",
    },
  ],
  async run(terminal, { options }) {
    const estate = await readRotatable(options.estate);
    const ports = openBackupPorts(terminal, options, estate);
    const id = options.id ?? timeName(terminal);
    let ended = terminal.progress("reading the estate's files");
    const progress = (what: string): void => {
      ended();
      ended = terminal.progress(what);
    };
    try {
      if ((await ports.backups.find(id)) !== undefined) throw failure("backup.exists", { id });
      const version = readEstateVersion(directoryOf(options));
      const made = await createBackup(ports, { id, estate, version }, (what) =>
        progress(`copying ${what}`),
      );
      terminal.leaving(`backup ${id} is made, and nobody has looked at it yet`);
      const verification = await verifyBackup(ports, made, (what) => progress(`checking ${what}`));
      ended();
      if (options.output === "text") {
        terminal.write(`${describeBackup(made.manifest)}\n${made.path}\n`);
        return sayVerdict(terminal, id, verification);
      }
      await writeData(terminal, options.output, backupData({ ...made, verification }));
      return verdictCode[verification.verdict];
    } finally {
      ended();
      ports.authority.close();
    }
  },
});

/** "2026-11-23T040700Z": sorts by time and needs no quotes. */
const timeName = (terminal: Terminal): string =>
  new Date(terminal.now()).toISOString().replaceAll(":", "").replace(/\.\d+/, "");
