import { join } from "node:path";

import { fileBackups } from "../../adapters/backup/file-backups.ts";
import { scratchEtcd } from "../../adapters/backup/scratch-etcd.ts";
import type { Sealer } from "../../adapters/keystore/file.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { etcdOf } from "../../core/estate/etcd-of.ts";
import type { Estate } from "../../core/model/estate.ts";
import type { BackupPorts } from "../../engine/backup/ports.ts";
import type { RotationPorts } from "../../engine/rotation/ports.ts";
import type { Backups, StoredBackup } from "../../ports/backups.ts";
import type { OptionDefinition } from "../command.ts";
import { directoryOf, type PkiChoice } from "../pki/open-pki.ts";
import { openRotationPorts } from "../rotation/rotation-ports.ts";
import type { Terminal } from "../terminal.ts";

export const etcdBinOption = {
  flag: "--etcd-bin <path>",
  description:
    "etcd on this machine, with etcdutl or etcdctl beside it, to restore snapshots with (default: from PATH)",
  env: "CERTWRIGHT_ETCD",
} as const satisfies OptionDefinition;

export interface BackupChoice extends PkiChoice {
  readonly etcdBin?: string | undefined;
}

/** DIR/backups. */
export const backupsDirectory = (choice: PkiChoice): string => join(directoryOf(choice), "backups");

export type OpenBackupPorts = RotationPorts & BackupPorts & { readonly sealer: Sealer };

/**
 * A rotation's ports with those of its backups; `authority.close()` ends them. Where a member of the estate's etcd is
 * this machine, its program is the one that backups are tried with. Throws store.absent.
 */
export const openBackupPorts = (
  terminal: Terminal,
  choice: BackupChoice,
  estate?: Estate,
): OpenBackupPorts => {
  const ports = openRotationPorts(terminal, choice);
  const directory = backupsDirectory(choice);
  const cluster = estate && etcdOf(estate);
  const isHere = cluster?.members.some(({ node }) => node.access.kind === "local") ?? false;
  // One in a container is a name and no path.
  const own = isHere && cluster?.binary.startsWith("/") === true ? cluster.binary : undefined;
  return {
    ...ports,
    backups: fileBackups(directory, ports.sealer),
    scratch: scratchEtcd({
      parent: directory,
      choice: {
        named: choice.etcdBin,
        own,
        searchPath: terminal.env["PATH"] ?? "",
      },
    }),
  };
};

/** The backup of that name, or the newest. Throws backup.none, backup.no-such. */
export const chosenBackup = async (
  backups: Backups,
  id: string | undefined,
  directory: string,
): Promise<StoredBackup> => {
  const found = id === undefined ? undefined : await backups.find(id);
  if (found !== undefined) return found;
  const known = (await backups.list()).backups;
  if (id !== undefined) {
    throw failure("backup.no-such", { id, known: known.map(({ manifest }) => manifest.id) });
  }
  const newest = known.at(-1);
  if (newest === undefined) throw failure("backup.none", { directory });
  return newest;
};
