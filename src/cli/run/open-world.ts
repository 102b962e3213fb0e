import type { Estate } from "../../core/model/estate.ts";
import type { EstateVersion } from "../../core/model/inventory.ts";
import { openRunBackup } from "../../engine/backup/run-backup.ts";
import { createWorld, type OpenWorld } from "../../engine/rotation/world.ts";
import type { OpenBackupPorts } from "../backup/backup-ports.ts";

/** The estate under a run, with the run's own backup. */
export const openWorld = (
  ports: OpenBackupPorts,
  estate: Estate,
  basis: {
    readonly run: string;
    /** As the plan found it. */
    readonly version: EstateVersion;
    readonly acceptUnrestored: boolean;
  },
): OpenWorld => createWorld({ ports, estate, backup: openRunBackup(ports, { ...basis, estate }) });
