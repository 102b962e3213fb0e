import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

const mountPoint = "/sys/fs/cgroup";

/** Version 1 has a tree for each controller, version 2 one for all. */
const trees = (): string[] =>
  existsSync(join(mountPoint, "cgroup.controllers"))
    ? [mountPoint]
    : readdirSync(mountPoint, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(mountPoint, name));

/** The name of the control group that holds all nodes which the process `pid` started. */
export const cgroupOf = (pid: number): string => `certwright-${pid}`;

/**
 * Makes a control group for a node in every tree, and returns its path below each. The node sees it as the tree's root:
 * without the kubelet's own groups (cgroupsPerQOS: false) containerd puts every pod below /k8s.io.
 */
export const makeCgroup = (node: string): string => {
  const path = join(cgroupOf(process.pid), node);
  for (const tree of trees()) {
    const whole = join(tree, cgroupOf(process.pid));
    mkdirSync(join(whole, node), { recursive: true });
    for (const [parent, child] of [
      [tree, whole],
      [whole, join(whole, node)],
    ] as const) {
      inherit(parent, child);
    }
  }
  return path;
};

/** A group of version 1 has no processors of its own to begin with, one of version 2 no controllers. */
const inherit = (parent: string, child: string): void => {
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    if (existsSync(join(parent, "cgroup.controllers")) || !existsSync(join(child, file))) continue;
    writeFileSync(join(child, file), readFileSync(join(parent, file)));
  }
  if (!existsSync(join(parent, "cgroup.controllers"))) return;
  const controllers = readFileSync(join(parent, "cgroup.controllers"), "utf8").split(/\s+/);
  const all = controllers.filter((name) => name !== "").map((name) => `+${name}`);
  writeFileSync(join(parent, "cgroup.subtree_control"), all.join(" "));
};

/**
 * Removes the control groups of these nodes of this process, and those of processes that are gone. Returns whether none
 * of them is left: the kernel holds one for a moment after its last process.
 */
export const removeCgroups = (nodes: readonly string[]): boolean => {
  const removed: boolean[] = [];
  for (const tree of trees()) {
    for (const group of globSync(join(tree, "certwright-*"))) {
      const pid = Number(group.slice(group.lastIndexOf("-") + 1));
      if (pid === process.pid) {
        removed.push(...nodes.map((node) => removeTree(join(group, node))));
        // Other nodes of this process may still be in it.
        remove(group);
      } else if (!isAlive(pid)) removed.push(removeTree(group));
    }
  }
  return removed.every(Boolean);
};

/** A process that was killed stays in /proc until its parent has asked for its end, with the state Z (proc_pid_stat(5)). */
const isAlive = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses, whatever that holds.
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
};

const removeTree = (group: string): boolean => {
  if (!existsSync(group)) return true;
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(group, entry.name));
  }
  return remove(group);
};

const remove = (group: string): boolean => {
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EBUSY" || code === "ENOTEMPTY") return false;
    if (code === "ENOENT") return true;
    throw error;
  }
};
