import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

import { failure } from "../../core/errors/certwright-error.ts";
import type { ScratchPrograms } from "../../ports/backups.ts";
import { runToEnd } from "./run-to-end.ts";

/** `etcd --version` prints at once; on a machine that swaps it may take a while. */
const VERSION_DEADLINE = 20_000;

/**
 * The etcd programs on this machine: `named` is what the operator says is etcd, else it is looked for in PATH. What
 * restores a snapshot is looked for beside it first. Throws backup.etcd-unusable for a named one.
 */
export const findEtcdPrograms = async (
  named: string | undefined,
  searchPath: string,
): Promise<ScratchPrograms> => {
  const folders = searchPath.split(delimiter).filter((folder) => folder !== "");
  const etcd = named ?? inFolders(folders, ["etcd"]);
  if (etcd === undefined) {
    return { ok: false, why: "there is no etcd in PATH on this machine" };
  }
  const wrong = (why: string): ScratchPrograms => {
    if (named !== undefined) throw failure("backup.etcd-unusable", { path: named, why });
    return { ok: false, why: `${etcd}: ${why}` };
  };
  if (!isProgram(etcd)) return wrong("is not a program that we may run");
  const ran = await runToEnd(etcd, ["--version"], { deadline: VERSION_DEADLINE });
  const version = /^etcd Version: (\d+\.\d+\.\d+)/m.exec(ran.output)?.[1];
  if (ran.code !== 0 || version === undefined) return wrong(`does not say its version: ${ran.why}`);
  // Since 3.6 etcdctl restores nothing any more.
  const restore = inFolders(
    [dirname(etcd), dirname(realpathSync(etcd)), ...folders],
    restorers(version),
  );
  if (restore === undefined) {
    return wrong(`there is no ${restorers(version).join(" or ")} beside it or in PATH`);
  }
  return { ok: true, version, etcd, restore };
};

const restorers = (version: string): readonly string[] =>
  /^3\.[0-4]\./.test(version)
    ? ["etcdctl"]
    : version.startsWith("3.5.")
      ? ["etcdutl", "etcdctl"]
      : ["etcdutl"];

const inFolders = (folders: readonly string[], names: readonly string[]): string | undefined =>
  names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};
