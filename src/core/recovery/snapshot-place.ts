/** What etcd's image has its program and its libraries in, or the kernel's own: a folder mounted there would hide it. */
const ofImage = [
  "/bin",
  "/dev",
  "/etc",
  "/lib",
  "/lib64",
  "/proc",
  "/sbin",
  "/sys",
  "/usr",
] as const;

/**
 * Why the folder of a snapshot cannot be mounted into etcd's pod under its own path; undefined: it can. `real`: the path
 * without symbolic links, whose target the pod would not see; `mounted`: what the pod has mounted already.
 */
export const snapshotPlaceFault = (
  path: string,
  real: string,
  mounted: readonly string[],
): string | undefined => {
  const better = "put it into a folder of its own, as /var/backups/etcd/snapshot.db";
  if (real !== path)
    return `it is behind a symbolic link or not written out (${real}), and its folder is mounted as it is named; ${better}`;
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (folder === "") return `it lies in /, which cannot be mounted into etcd's pod; ${better}`;
  const hidden = [...mounted, ...ofImage].find((one) => isBelow(folder, one));
  if (hidden !== undefined)
    return `its folder is mounted into etcd's pod, which has ${hidden} already; ${better}`;
  const held = mounted.find((one) => isBelow(one, folder));
  if (held !== undefined)
    return `its folder holds ${held}, which etcd's pod has already; ${better}`;
  return undefined;
};

const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder}/`);
