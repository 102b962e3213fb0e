import { flagValue } from "../manifest/flag-value.ts";
import { isRestoring } from "./etcd-command.ts";
import type { StaticPodFound } from "./facts.ts";

/**
 * Where a node's etcd has its data: as its manifest says, on the machine's side of the mount; else as the machine's own
 * process says. Undefined: neither does. What restores a snapshot in etcd's place has a folder that is not etcd's.
 */
export const etcdFolderOf = (
  manifest: Pick<StaticPodFound, "command" | "mounts"> | undefined,
  process: readonly string[] | undefined,
): string | undefined => {
  const { command = [], mounts = [] } = manifest ?? {};
  const inside = isRestoring(command) ? undefined : flagValue(command, "data-dir");
  // Of mounts below each other the innermost holds it.
  const [mount] = mounts
    .filter(({ mountPath }) => inside === mountPath || inside?.startsWith(`${mountPath}/`) === true)
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length);
  if (inside !== undefined)
    return mount === undefined ? inside : mount.hostPath + inside.slice(mount.mountPath.length);
  return process === undefined ? undefined : flagValue(process, "data-dir");
};
