import { resolve } from "node:path";

import { storeDecrypted } from "../../adapters/backup/store-decrypted.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { etcdOf } from "../../core/estate/etcd-of.ts";
import type { Estate } from "../../core/model/estate.ts";
import type { BackupPorts } from "../../engine/backup/ports.ts";
import { generationsApart } from "../../engine/backup/fit.ts";
import { placeText } from "../../engine/backup/places.ts";
import { restoreProcedure } from "../../engine/backup/procedure.ts";
import {
  compareObjects,
  restoreObjects,
  type ComparedObject,
} from "../../engine/backup/restore-objects.ts";
import { compareBackup, restoreFiles, type Compared } from "../../engine/backup/restore.ts";
import { describeBackup } from "../../engine/backup/run-backup.ts";
import { snapshotName } from "../../engine/backup/snapshot.ts";
import type { StoredBackup } from "../../ports/backups.ts";
import { backupsDirectory, chosenBackup, openBackupPorts } from "../backup/backup-ports.ts";
import { defineCommand } from "../command.ts";
import { confirm } from "../confirm.ts";
import { estateOption, readRotatable } from "../etcd-estate.ts";
import { columns, outputOption, writeData } from "../output.ts";
import { pkiOptions } from "../pki/open-pki.ts";
import type { Terminal } from "../terminal.ts";

export const command = defineCommand({
  description:
    "Shows which files of a backup differ from what is on the machines now, and after a yes puts them back as they were: content, mode and owner; of a Kubernetes cluster also the fields of its objects. Nothing is restarted. A backup of another time of the CAs is refused, because its certificates would not be trusted. Exit code 3 when a machine could not be asked. With --snapshot the etcd snapshot is written out decrypted instead, with the commands that bring it back: that is done by hand, for every member is down meanwhile and what was written since is lost.",
  arguments: {
    backup: { description: "its name; the newest when none is given", optional: true },
  },
  options: {
    estate: estateOption,
    dryRun: { flag: "--dry-run", description: "show what differs and change nothing" },
    yes: { flag: "-y, --yes", description: "put the files back without being asked" },
    otherGenerations: {
      flag: "--other-generations",
      description: "although other generations of the CAs issue now",
    },
    snapshot: {
      flag: "--snapshot <file>",
      description: "write the etcd snapshot there, and print how to restore it",
    },
    ...pkiOptions,
    output: outputOption("json", "yaml"),
  },
  examples: [
    { command: "certwright backup restore --dry-run", does: "See what differs" },
    { command: "certwright backup restore before-upgrade", does: "See it, and put it back" },
    {
      command: "certwright backup restore --snapshot etcd.db",
      does: "Get the data, and the commands that bring it back",
    },
  ],
  async run(terminal, { arguments: { backup: id }, options }) {
    const estate = await readRotatable(options.estate);
    const ports = openBackupPorts(terminal, options);
    try {
      const backup = await chosenBackup(ports.backups, id, backupsDirectory(options));
      if (options.snapshot !== undefined) {
        await giveSnapshot(terminal, ports, estate, backup, resolve(options.snapshot));
        return 0;
      }
      const ended = terminal.progress("comparing with the machines");
      const [compared, objects] = await Promise.all([
        compareBackup(ports, backup, estate),
        compareObjects(ports, backup, estate),
      ]).finally(ended);
      const all = [...compared, ...objects];
      const apart = generationsApart(backup.manifest, await ports.authority.issuers());
      if (options.output === "text") show(terminal, backup, [compared, objects], apart);
      let changed = 0;
      const due = all.filter(({ action }) => action === "put-back").length;
      if (due > 0 && !options.dryRun) {
        if (apart.length > 0 && !options.otherGenerations) {
          throw failure("backup.other-generations", { id: backup.manifest.id, issuers: apart });
        }
        if (
          !options.yes &&
          !(await confirm(
            terminal,
            `Put ${due} ${objects.length === 0 ? "files" : "files and fields of objects"} back?`,
          ))
        ) {
          throw failure("backup.unconfirmed", { id: backup.manifest.id });
        }
        const done = (): void => {
          changed += 1;
          terminal.leaving(`${changed} of ${due} are back; the same command goes on`);
        };
        await restoreFiles(ports, backup, estate, compared, done);
        await restoreObjects(ports, backup, estate, objects, done);
        if (options.output === "text") {
          terminal.write(
            `${changed} ${objects.length === 0 ? "files are" : "are"} as they were; restart what reads them at its start\n`,
          );
        }
      }
      if (options.output !== "text") {
        const files = compared.map(({ file: { node, path }, action, why }) => ({
          node,
          path,
          action,
          why,
        }));
        await writeData(terminal, options.output, {
          id: backup.manifest.id,
          apart,
          changed,
          files,
          ...(objects.length === 0
            ? {}
            : {
                objects: objects.map(({ object: { resource, field }, action, why }) => ({
                  resource,
                  field,
                  action,
                  why,
                })),
              }),
        });
      }
      return all.some(({ action }) => action === "unseen") ? 3 : 0;
    } finally {
      ports.authority.close();
    }
  },
});

const words = {
  same: "as it was",
  "put-back": "put back",
  left: "left alone",
  unseen: "not seen",
} as const satisfies Readonly<Record<Compared["action"], string>>;

const show = (
  terminal: Terminal,
  { manifest }: StoredBackup,
  [files, objects]: readonly [readonly Compared[], readonly ComparedObject[]],
  apart: readonly string[],
): void => {
  const lines = [
    ...files.map((one) => ({ ...one, what: placeText(one.file.node, one.file.path) })),
    ...objects.map((one) => ({
      ...one,
      what: `${one.object.field.join(".")} of ${one.object.resource}`,
    })),
  ];
  const others = lines.filter(({ action }) => action !== "same");
  terminal.write(`${describeBackup(manifest)}\n`);
  terminal.write(columns(others.map(({ action, what, why }) => [`  ${words[action]}`, what, why])));
  const what = objects.length === 0 ? "files" : "files and fields of objects";
  terminal.write(`${lines.length - others.length} of ${lines.length} ${what} are as they were\n`);
  for (const line of apart) {
    terminal.say(`${terminal.emphasize("yellow", "warning:")} ${line}`);
  }
};

const giveSnapshot = async (
  terminal: Terminal,
  ports: BackupPorts,
  estate: Estate,
  backup: StoredBackup,
  path: string,
): Promise<void> => {
  const [group] = backup.manifest.groups;
  const cluster = etcdOf(estate);
  if (group === undefined || cluster === undefined) {
    throw failure("backup.no-snapshot", { id: backup.manifest.id });
  }
  const reader = await ports.backups.open(backup);
  await storeDecrypted(path, group, reader.pieces(snapshotName(0)));
  terminal.write(`${restoreProcedure(cluster, group, path).join("\n")}\n`);
  terminal.say(
    `${path} holds all of the cluster's data in the clear: remove it when it is not needed`,
  );
};
