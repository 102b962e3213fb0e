import { existsSync, globSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";

/** Version 1 has a tree for each controller, version 2 one for all. */
const groups = (): string[] =>
  globSync(["/sys/fs/cgroup/certwright-*", "/sys/fs/cgroup/*/certwright-*"]);

/** The control group below which all pods of a node of this process run, where `node` is its address. */
export const cgroupOf = (node: string): string => `/certwright-${process.pid}/${node}`;

/** Removes the control groups of these nodes of this process, and those of processes that are gone. Those in use stay. */
export const removeCgroups = (nodes: readonly string[]): void => {
  for (const group of groups()) {
    const pid = group.slice(group.lastIndexOf("-") + 1);
    if (pid === String(process.pid)) for (const node of nodes) removeTree(join(group, node));
    if (pid === String(process.pid)) removeEmpty(group);
    else if (!existsSync(`/proc/${pid}`)) removeTree(group);
  }
};

const removeTree = (group: string): void => {
  if (!existsSync(group)) return;
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(group, entry.name));
  }
  removeEmpty(group);
};

const removeEmpty = (group: string): void => {
  try {
    rmdirSync(group);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EBUSY" && code !== "ENOTEMPTY" && code !== "ENOENT") throw error;
  }
};
