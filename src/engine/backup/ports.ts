import type { Backups, ScratchEtcd } from "../../ports/backups.ts";
import type { RotationPorts } from "../rotation/ports.ts";

/** All that making, proving and putting back a backup needs of the world. */
export interface BackupPorts extends Pick<
  RotationPorts,
  "authority" | "clock" | "digests" | "etcd" | "identifyKey" | "kubernetes" | "nodes"
> {
  readonly backups: Backups;
  readonly scratch: ScratchEtcd;
}
