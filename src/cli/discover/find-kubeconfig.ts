import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { failure } from "../../core/errors/certwright-error.ts";

/** The kubeconfig that was named, else kubectl's. Absolute. Throws discovery.no-kubeconfig. */
export const findKubeconfig = (
  named: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string => {
  if (named !== undefined) return existing(named, "--kubeconfig");
  const listed = (env["KUBECONFIG"] ?? "").split(delimiter).filter((one) => one !== "");
  if (listed.length > 1)
    throw failure("discovery.no-kubeconfig", {
      looked: `KUBECONFIG names ${listed.length} files, and a rotation has to know the one it writes`,
    });
  if (listed[0] !== undefined) return existing(listed[0], "KUBECONFIG");
  const usual = join(env["HOME"] ?? homedir(), ".kube", "config");
  if (existsSync(usual)) return usual;
  throw failure("discovery.no-kubeconfig", {
    looked: `neither --kubeconfig nor KUBECONFIG is given, and there is no ${usual}`,
  });
};

const existing = (path: string, by: string): string => {
  if (!existsSync(path))
    throw failure("discovery.no-kubeconfig", { looked: `there is no ${path}, which ${by} names` });
  return resolve(path);
};
