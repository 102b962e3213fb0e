import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { failure } from "../../../core/errors/certwright-error.ts";
import { findEtcdPrograms } from "../../backup/etcd-programs.ts";
import { runToEnd } from "../../backup/run-to-end.ts";

/** Absolute paths of what a control plane's copy runs, and their versions. */
export interface PlanePrograms {
  readonly etcd: string;
  /** Of etcd's, what restores a snapshot. */
  readonly restore: string;
  /** By their names. */
  readonly kubernetes: Readonly<Record<string, string>>;
  readonly versions: { readonly etcd: string; readonly kubernetes: string };
}

const kubernetesPrograms = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"];
const versionDeadline = 20_000;

/** In that folder, then in PATH. Throws rehearsal.no-program, rehearsal.no-etcd. */
export const findPlanePrograms = async (
  folder: string | undefined,
  {
    named,
    searchPath,
    version,
  }: { named: string | undefined; searchPath: string; version: string },
): Promise<PlanePrograms> => {
  const folders = [
    ...(folder === undefined ? [] : [resolve(folder)]),
    ...searchPath.split(delimiter).filter((one) => one !== ""),
  ];
  const kubernetes = kubernetesPrograms.map((program) => {
    const found = folders.map((one) => join(one, program)).find(isProgram);
    if (found === undefined) throw failure("rehearsal.no-program", { program, version });
    return [program, found] as const;
  });
  const etcd = await findEtcdPrograms({ named, searchPath: folders.join(delimiter) });
  if (!etcd.ok) throw failure("rehearsal.no-etcd", { why: etcd.why });
  const ran = await runToEnd(kubernetes[0]![1], ["--version"], { deadline: versionDeadline });
  const found = /v(\d+\.\d+\.\d+\S*)/.exec(ran.output)?.[1] ?? "of unknown version";
  return {
    etcd: etcd.etcd,
    restore: etcd.restore,
    kubernetes: Object.fromEntries(kubernetes),
    versions: { etcd: etcd.version, kubernetes: found },
  };
};

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};
