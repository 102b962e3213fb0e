import { join } from "node:path";
import type { TestContext } from "node:test";
import { componentFolder, isInstalled, recipeOf } from "../../../tools/components/cache.ts";
import { leaveOut } from "../../left-out.ts";

const components = [
  "busybox",
  "containerd",
  "coredns",
  "etcd",
  "haproxy",
  "kubernetes",
  "nftables",
  "openssh-server",
  "sample-apiserver",
] as const;

/** A file of a component's folder, for example `tree/usr/lib/cni`. */
export const inComponent = (name: (typeof components)[number], path: string): string =>
  join(componentFolder(recipeOf(name)), path);

export const kubernetesVersion = `v${recipeOf("kubernetes").version}`;

/** Folders whose programs a node has in its PATH. */
export const programFolders: readonly string[] = ["kubernetes", "containerd", "etcd"].map((name) =>
  componentFolder(recipeOf(name)),
);

/** Why no cluster can be made here; undefined when one can. */
export const whyNoCluster = (): string | undefined => {
  if (process.platform !== "linux") return "a cluster of network namespaces needs Linux";
  if (process.getuid?.() !== 0) return "a cluster of network namespaces needs root: sudo -E";
  const missing = components.map(recipeOf).filter((recipe) => !isInstalled(recipe));
  return missing.length === 0
    ? undefined
    : `not in the cache: npm run components ${missing.map(({ name }) => name).join(" ")}`;
};

/** Whether a cluster can be made here; otherwise says why not, which fails with CI=true. */
export const canHaveCluster = (t: TestContext): boolean => {
  const why = whyNoCluster();
  if (why !== undefined) leaveOut(t, why);
  return why === undefined;
};
