import { formatInstant } from "../../core/x509/time.ts";
import type { StoredBackup } from "../../ports/backups.ts";
import { openBackupPorts } from "../backup/backup-ports.ts";
import { backupData, verdictOf } from "../backup/describe.ts";
import { defineCommand } from "../command.ts";
import { outputOption, table, writeData } from "../output.ts";
import { dirOption } from "../pki/open-pki.ts";

export const command = defineCommand({
  description:
    "Lists the backups, oldest first, with what each holds and what was shown of it. No passphrase is needed.",
  options: { dir: dirOption, output: outputOption("json", "yaml") },
  examples: [{ command: "certwright backup list", does: "See what there is" }],
  async run(terminal, { options }) {
    const ports = openBackupPorts(terminal, options);
    try {
      const { backups, unreadable } = await ports.backups.list();
      if (options.output !== "text") {
        const data = { backups: backups.map(backupData), unreadable };
        await writeData(terminal, options.output, data);
      } else if (backups.length === 0) {
        terminal.say("there is no backup yet; make one with: certwright backup create");
      } else {
        const headings = ["BACKUP", "MADE", "OF RUN", "FILES", "DATA", "SHOWN TO BE"];
        terminal.write(table(terminal, headings, backups.map(row)));
      }
      for (const { path, why } of unreadable) {
        terminal.say(`${terminal.emphasize("yellow", "warning:")} ${path}: ${why}`);
      }
      return unreadable.length === 0 ? 0 : 1;
    } finally {
      ports.authority.close();
    }
  },
});

const row = (backup: StoredBackup): readonly string[] => {
  const { id, createdAt, run, files, groups } = backup.manifest;
  const data = groups.map(({ group, keys, revision }) => `${group}: ${keys} keys at ${revision}`);
  return [
    id,
    formatInstant(createdAt),
    run ?? "-",
    String(files.length),
    data.join(", ") || "-",
    verdictOf(backup),
  ];
};
