import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

import { failure } from "../../core/errors/certwright-error.ts";
import type { ScratchPrograms } from "../../ports/backups.ts";
import { runToEnd } from "./run-to-end.ts";

/** `etcd --version` prints at once; on a machine that swaps it may take a while. */
const VERSION_DEADLINE = 20_000;

export interface EtcdChoice {
  /** What the operator says is etcd: that one or none. */
  readonly named: string | undefined;
  /** That of a member that runs on this machine. */
  readonly own?: string | undefined;
  /** Where it is looked for else. */
  readonly searchPath: string;
}

/**
 * The etcd programs on this machine. What restores a snapshot is looked for beside etcd first.
 * Throws backup.etcd-unusable for a named one.
 */
export const findEtcdPrograms = async ({
  named,
  own,
  searchPath,
}: EtcdChoice): Promise<ScratchPrograms> => {
  const folders = searchPath.split(delimiter).filter((folder) => folder !== "");
  if (named !== undefined) {
    const found = await look(named, folders);
    if (found.ok) return found;
    throw failure("backup.etcd-unusable", { path: named, why: found.why });
  }
  let why = "there is no etcd in PATH on this machine";
  for (const etcd of [own, inFolders(folders, ["etcd"])]) {
    if (etcd === undefined || !isProgram(etcd)) continue;
    const found = await look(etcd, folders);
    if (found.ok) return found;
    why = `${etcd} ${found.why}`;
  }
  return { ok: false, why };
};

const look = async (etcd: string, folders: readonly string[]): Promise<ScratchPrograms> => {
  if (!isProgram(etcd)) return { ok: false, why: "is not a program that we may run" };
  const ran = await runToEnd(etcd, ["--version"], { deadline: VERSION_DEADLINE });
  const version = /^etcd Version: (\d+\.\d+\.\d+)/m.exec(ran.output)?.[1];
  if (ran.code !== 0 || version === undefined) {
    return { ok: false, why: `does not say its version: ${ran.why}` };
  }
  const beside = [dirname(etcd), dirname(realpathSync(etcd)), ...folders];
  const restore = inFolders(beside, restorers(version));
  if (restore !== undefined) return { ok: true, version, etcd, restore };
  return { ok: false, why: `has no ${restorers(version).join(" or ")} beside it or in PATH` };
};

/** Since 3.6 etcdctl restores nothing any more. */
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
