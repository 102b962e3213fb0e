import { fileExists } from "../../adapters/files/exists.ts";
import type { EtcdCluster } from "../../core/model/estate.ts";
import type { EstateVersion } from "../../core/model/inventory.ts";
import { openRunBackup } from "../../engine/backup/run-backup.ts";
import { createWorld, type OpenWorld } from "../../engine/rotation/world.ts";
import { openBackupPorts, type BackupChoice } from "../backup/backup-ports.ts";
import type { Terminal } from "../terminal.ts";

export type RunPorts = ReturnType<typeof openBackupPorts>;

/** The real hands and eyes of a run; `authority.close()` ends them. Throws store.absent. */
export const openRunPorts = (
  terminal: Terminal,
  cluster: EtcdCluster,
  choice: BackupChoice,
): RunPorts => {
  // Where a member is this machine, its etcd is the one that backups are best tried with.
  const own = cluster.members.some(({ node }) => node.access.kind === "local");
  const etcdBin =
    choice.etcdBin ?? (own && fileExists(cluster.binary) ? cluster.binary : undefined);
  return openBackupPorts(terminal, { ...choice, etcdBin });
};

/** The cluster under a run, with the run's own backup. */
export const openWorld = (
  ports: RunPorts,
  cluster: EtcdCluster,
  basis: {
    readonly run: string;
    /** As the plan found it. */
    readonly estate: EstateVersion;
    readonly acceptUnrestored: boolean;
  },
): OpenWorld =>
  createWorld({ ports, cluster, backup: openRunBackup(ports, { ...basis, cluster }) });
