import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { componentProgram } from "../../../tools/components/cache.ts";
import { leaveOut } from "../../left-out.ts";
import { makeKey, startHost, type Host } from "./host.ts";
import { startNetwork, type Network } from "./network.ts";

export interface Hosts extends AsyncDisposable {
  readonly hosts: readonly Host[];
  readonly network: Network;
  /** For `ssh -F` and the estate's `ssh.configuration`: host-1, host-2, … as root, each with the key it showed at first. */
  readonly configuration: string;
  readonly knownHosts: string;
  /** The private key that is let in, as root and as "operator". */
  readonly key: string;
  end(): Promise<void>;
}

export interface HostsOptions {
  readonly count: number;
  /** An empty folder that outlives the hosts. */
  readonly folder: string;
  /** What `/srv/service start` runs: program and words. */
  readonly service?: readonly string[];
}

/** Of iproute2 and util-linux, on every Linux that is not a small container. */
const needed = ["ip", "tc", "mount", "nsenter", "setpriv", "unshare"];

const isOnPath = (program: string): boolean =>
  (process.env["PATH"] ?? "").split(":").some((folder) => existsSync(join(folder, program)));

/** Why no hosts can be made here; undefined when they can. */
export const whyNoHosts = (): string | undefined => {
  if (process.platform !== "linux") return "hosts of network namespaces need Linux";
  if (process.getuid?.() !== 0) return "hosts of network namespaces need root: sudo npm test";
  const missing = needed.filter((program) => !isOnPath(program));
  if (missing.length > 0) return `not here: ${missing.join(", ")}: apt install iproute2 util-linux`;
  if (spawnSync("unshare", ["--net", "--pid", "--mount", "--fork", "true"]).status !== 0) {
    return "this root may not make namespaces: in a container, run it with --privileged";
  }
  const ssh = componentProgram("openssh-server", "ssh");
  if (ssh === undefined) {
    return "openssh-server is not in the cache: npm run components openssh-server";
  }
  // What certwright itself calls; a machine that runs tests may have none.
  if (!isOnPath("ssh")) process.env["PATH"] += `:${dirname(ssh)}`;
  return undefined;
};

/** Whether hosts can be made here; otherwise says why not, which fails with CI=true. */
export const canHaveHosts = (t: TestContext): boolean => {
  const why = whyNoHosts();
  if (why !== undefined) leaveOut(t, why);
  return why === undefined;
};

/** Machines on a network of their own, each reached by SSH. Everything ends with this process at the latest. */
export const startHosts = async (options: HostsOptions): Promise<Hosts> => {
  const { count, folder, service = ["false"] } = options;
  mkdirSync(folder, { recursive: true });
  const network = await startNetwork();
  const hosts: Host[] = [];
  const end = async (): Promise<void> => {
    await Promise.all(hosts.map((host) => host.end()));
    await network.end();
  };
  try {
    const key = join(folder, "operator_key");
    makeKey(key);
    for (let index = 1; index <= count; index += 1) {
      const name = `host-${index}`;
      const authorizedKeys = `${key}.pub`;
      hosts.push(await startHost({ name, index, network, folder, authorizedKeys, service }));
    }
    const knownHosts = join(folder, "known_hosts");
    writeFileSync(knownHosts, hosts.map((host) => knownHost(folder, host)).join(""));
    const configuration = join(folder, "ssh_config");
    writeFileSync(configuration, sshConfiguration(hosts, key, knownHosts));
    return { hosts, network, configuration, knownHosts, key, end, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
};

const knownHost = (folder: string, { name, address }: Host): string =>
  `${address} ${readFileSync(join(folder, name, "host_key.pub"), "utf8").trim()}\n`;

const sshConfiguration = (hosts: readonly Host[], key: string, knownHosts: string): string =>
  `${hosts.map(({ name, address }) => `Host ${name}\n  HostName ${address}\n`).join("")}Host *
  User root
  IdentityFile ${key}
  IdentitiesOnly yes
  UserKnownHostsFile ${knownHosts}
  GlobalKnownHostsFile /dev/null
`;
