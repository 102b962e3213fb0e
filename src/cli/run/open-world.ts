import type { EtcdCluster } from "../../core/model/estate.ts";
import type { EstateVersion } from "../../core/model/inventory.ts";
import { openRunBackup } from "../../engine/backup/run-backup.ts";
import { createWorld, type OpenWorld } from "../../engine/rotation/world.ts";
import type { OpenBackupPorts } from "../backup/backup-ports.ts";

/** The cluster under a run, with the run's own backup. */
export const openWorld = (
  ports: OpenBackupPorts,
  cluster: EtcdCluster,
  basis: {
    readonly run: string;
    /** As the plan found it. */
    readonly estate: EstateVersion;
    readonly acceptUnrestored: boolean;
  },
): OpenWorld =>
  createWorld({ ports, cluster, backup: openRunBackup(ports, { ...basis, cluster }) });
