import { cpSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseEstate } from "../../../src/adapters/estate/read-estate.ts";
import type { EtcdCluster } from "../../../src/core/model/estate.ts";
import { untilReady } from "../../../tools/etcd-cluster/until-ready.ts";
import { certwright, type Outcome } from "../../cli/process.ts";
import type { EtcdPrograms } from "../etcd-workbench.ts";
import { succeeded } from "../etcd-workbench.ts";
import { etcdOnHost, hostsEstate } from "./estate.ts";
import { startHosts, type Hosts } from "./hosts.ts";

/** An etcd cluster with a member on each host, the estate it was made from and the operator's folder. */
export interface EtcdOnHosts extends AsyncDisposable {
  readonly hosts: Hosts;
  readonly cluster: EtcdCluster;
  /** The operator's folder: certwright.yaml, clients, state, passphrase. */
  readonly folder: string;
  /** What certwright is started with. */
  readonly env: Readonly<Record<string, string>>;
  certwright(...args: string[]): Promise<Outcome>;
  /** Every member answers a linearizable read. */
  untilReady(): Promise<void>;
  end(): Promise<void>;
}

/** Three members as an operator would get them: `certwright etcd init`, the trees copied, the service started. */
export const startEtcdOnHosts = async (options: {
  readonly programs: EtcdPrograms;
  /** An empty folder. */
  readonly folder: string;
  readonly count?: number;
  /** Further lines below `etcd:`. */
  readonly extra?: string;
}): Promise<EtcdOnHosts> => {
  const { programs, count = 3, extra = "" } = options;
  const service = [programs.etcd, "--config-file", etcdOnHost.configuration];
  const hosts = await startHosts({ count, folder: join(options.folder, "hosts"), service });
  try {
    const { folder } = options;
    const text = hostsEstate(hosts, { version: programs.version, extra });
    writeFileSync(join(folder, "certwright.yaml"), text);
    writeFileSync(join(folder, "passphrase"), "a passphrase for tests\n", { mode: 0o600 });
    const cluster = parseEstate(text, join(folder, "certwright.yaml")).etcd!;
    const env = {
      // A backup is tried with etcd on the operator's machine.
      PATH: `${dirname(programs.etcd)}:${process.env["PATH"] ?? ""}`,
      HOME: folder,
      CERTWRIGHT_PASSPHRASE_FILE: join(folder, "passphrase"),
    };
    const run = (...args: string[]): Promise<Outcome> =>
      certwright(args, { cwd: folder, env, deadline: 120_000 });
    succeeded(await run("etcd", "init", "--yes"));
    for (const host of hosts.hosts) {
      // What stands on a mount is reached file by file, so that the mount itself keeps its mode.
      cpSync(join(folder, "nodes", host.name, "srv"), host.path("/srv"), { recursive: true });
      host.run("/srv/service", "start");
    }
    const wait = async (): Promise<void> => {
      await Promise.all(
        cluster.members.map((member, index) => {
          const host = hosts.hosts[index]!;
          return untilReady(cluster, member, () =>
            endOf(host.log, () => host.run("/srv/service", "status")),
          );
        }),
      );
    };
    await wait();
    const end = (): Promise<void> => hosts.end();
    return {
      hosts,
      cluster,
      folder,
      env,
      certwright: run,
      untilReady: wait,
      end,
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await hosts.end();
    throw error;
  }
};

const endOf = (log: () => string, status: () => void): string | undefined => {
  try {
    status();
    return undefined;
  } catch {
    return log().split("\n").slice(-20).join("\n");
  }
};
