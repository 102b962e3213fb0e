import { verifyBackup } from "../../engine/backup/verify.ts";
import { describeBackup } from "../../engine/backup/run-backup.ts";
import {
  backupsDirectory,
  chosenBackup,
  etcdBinOption,
  openBackupPorts,
} from "../backup/backup-ports.ts";
import { backupData } from "../backup/describe.ts";
import { sayVerdict, verdictCode } from "../backup/verdict.ts";
import { defineCommand } from "../command.ts";
import { outputOption, writeData } from "../output.ts";
import { pkiOptions } from "../pki/open-pki.ts";

export const command = defineCommand({
  description:
    "Shows what a backup is worth: decrypts every byte and compares it, restores the snapshot into a member of its own on this machine and compares the number of keys and their hash with what the cluster said when it was taken. The cluster is not asked. Exit code 0 when all was shown, 1 when the backup is damaged, 3 when it is readable but no etcd here could restore it.",
  arguments: {
    backup: { description: "its name; the newest when none is given", optional: true },
  },
  options: { etcdBin: etcdBinOption, ...pkiOptions, output: outputOption("json", "yaml") },
  examples: [
    { command: "certwright backup verify", does: "Restore the newest one and compare" },
    {
      command: "certwright backup verify before-upgrade --etcd-bin /opt/etcd/etcd",
      does: "Another one, with that etcd",
    },
  ],
  async run(terminal, { arguments: { backup: id }, options }) {
    const ports = openBackupPorts(terminal, options);
    let ended = terminal.progress("opening the backup");
    try {
      const backup = await chosenBackup(ports.backups, id, backupsDirectory(options));
      const verification = await verifyBackup(ports, backup, (what) => {
        ended();
        ended = terminal.progress(`checking ${what}`);
      });
      ended();
      if (options.output === "text") {
        terminal.write(`${describeBackup(backup.manifest)}\n`);
        return sayVerdict(terminal, backup.manifest.id, verification);
      }
      await writeData(terminal, options.output, backupData({ ...backup, verification }));
      return verdictCode[verification.verdict];
    } finally {
      ended();
      ports.authority.close();
    }
  },
});
