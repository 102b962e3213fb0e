import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { EtcdVersion } from "../../src/core/model/estate.ts";
import { componentProgram, recipeOf } from "../components/cache.ts";
import { ensure } from "../components/main.ts";

const run = promisify(execFile);

export interface FoundEtcd {
  readonly etcd: string;
  /** Absent where only the server is installed. */
  readonly etcdctl: string | undefined;
  /** As the program says, "3.6.16". */
  readonly release: string;
  readonly version: EtcdVersion;
  readonly from: string;
}

/** A release whose configuration we write; older ones lack flags that the files use. */
const versionOf = (release: string): EtcdVersion | undefined =>
  (["3.4", "3.5", "3.6"] as const).find((known) => release.startsWith(`${known}.`));

const onPath = (program: string): string | undefined =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));

const look = async (
  etcd: string | undefined,
  etcdctl: string | undefined,
  from: string,
): Promise<FoundEtcd | undefined> => {
  if (etcd === undefined) return undefined;
  const { stdout } = await run(etcd, ["--version"], { timeout: 10_000 });
  const release = /^etcd Version: (\S+)/m.exec(stdout)?.[1];
  const version = release === undefined ? undefined : versionOf(release);
  if (release === undefined || version === undefined) return undefined;
  return { etcd, etcdctl, release, version, from };
};

/** The newest that is here without fetching anything, else Debian's package, unpacked into the cache. */
export const findEtcd = async (): Promise<FoundEtcd | { readonly missing: string }> => {
  const cached = (name: string): Promise<FoundEtcd | undefined> =>
    look(componentProgram(name, "etcd"), componentProgram(name, "etcdctl"), "the cache");
  const found =
    (await cached("etcd")) ??
    (await look(onPath("etcd"), onPath("etcdctl"), "this machine")) ??
    (await cached("etcd-debian"));
  if (found !== undefined) return found;
  const missing = await ensure([recipeOf("etcd-debian")]);
  return (
    (await cached("etcd-debian")) ?? {
      missing: missing.get("etcd-debian") ?? "Debian's package has an unknown version",
    }
  );
};
