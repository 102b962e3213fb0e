import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";

/** A file system of that many kilobytes; undefined where mounting is not allowed. */
export const mountSmall = (path: string, kilobytes: number): (() => void) | undefined => {
  mkdirSync(path, { recursive: true });
  const options = `size=${kilobytes}k,mode=755`;
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]);
  if (mounted.status !== 0) return undefined;
  return () => void spawnSync("umount", [path]);
};
