import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Endpoint } from "../../../tools/kubernetes-load/connection.ts";
import type { Holder } from "../hosts/enter.ts";
import { makeKey } from "../hosts/host.ts";
import { startNetwork, type Network } from "../hosts/network.ts";
import { add, type Added, type Addition } from "./additions.ts";
import { apiPort, startBalancer } from "./balancer.ts";
import { removeCgroups } from "./cgroups.ts";
import { makeImageStore } from "./image-store.ts";
import { initialize, join as joinCluster, makeAdmission } from "./kubeadm.ts";
import { acquaint, startNode, type Node, type NodePlan, type Role } from "./node.ts";
import { run, until } from "./run.ts";

/** A kubeadm cluster whose nodes are namespaces of this machine. It ends with this process at the latest. */
export interface Cluster extends AsyncDisposable {
  readonly nodes: readonly Node[];
  readonly network: Network;
  /** Each API server by itself, as tools/kubernetes-load wants them. */
  readonly servers: readonly Endpoint[];
  /** The administrator's; goes through the load balancer. */
  readonly kubeconfig: string;
  /** For `ssh -F`: master-1, worker-1, … as root. */
  readonly sshConfiguration: string;
  /** Runs kubectl as the administrator and returns what it printed; throws when it fails. */
  kubectl(...words: string[]): Promise<string>;
  /**
   * Starts one more machine, which the others know. It is in `nodes` then, but in the cluster only once it has joined
   * (kubeadm.ts), and neither behind the load balancer nor in the ssh configuration.
   */
  addMachine(role: Role): Promise<Node>;
  /** Of what was added: paths to read, calls of the webhooks. */
  readonly added: Omit<Added, "end">;
  end(): Promise<void>;
}

export interface ClusterOptions {
  readonly masters: 1 | 3;
  readonly workers: number;
  /** Is made, and removed at the end. Not below /etc, /var or /usr, over which nodes lay their own layers. */
  readonly folder: string;
  /** What there shall be besides kubeadm's own; nothing when absent, which is quickest. */
  readonly with?: readonly Addition[];
  readonly progress?: (line: string) => void;
}

/** Nodes become Ready some seconds after the join; a machine with two busy cores may need far longer. */
const readyDeadline = 4 * 60_000;

const balancerIndex = 0;

/** Brings a cluster up; returns when all nodes are Ready and what was to be added answers. */
export const startCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const { masters, workers, folder, progress = () => {} } = options;
  removeCgroups([]);
  allowWatchedFiles();
  const began = performance.now();
  const say = (line: string): void =>
    progress(`${String(Math.round((performance.now() - began) / 1000)).padStart(4)} s  ${line}`);
  mkdirSync(folder, { recursive: true });
  say("images");
  await makeImageStore();
  const network = await startNetwork();
  const nodes: Node[] = [];
  const held: Pick<Holder, "end">[] = [];
  const end = async (): Promise<void> => {
    await Promise.all([...nodes, ...held].map((one) => one.end()));
    await network.end();
    await until("the nodes' processes are gone", 30_000, () =>
      nodes.every(({ pid }) => !existsSync(`/proc/${pid}`)) ? true : undefined,
    );
    rmSync(folder, { recursive: true, force: true });
    const addresses = nodes.map(({ address }) => address);
    await until(
      "their control groups are gone",
      30_000,
      () => removeCgroups(addresses) || undefined,
    );
  };
  try {
    const key = join(folder, "operator_key");
    makeKey(key);
    const plans = plan(network, masters, workers);
    const start = async (one: NodePlan, all: readonly NodePlan[]): Promise<Node> => {
      const node = await startNode({
        plan: one,
        all,
        network,
        folder: join(folder, one.name),
        authorizedKeys: `${key}.pub`,
      });
      nodes.push(node);
      return node;
    };
    const wanted = new Set(options.with);
    const endpoint = `${network.addressOf(balancerIndex)}:${apiPort}`;
    const admission = makeAdmission(endpoint, wanted.has("audit"));
    const forMasters = plans.filter(({ role }) => role === "master");
    held.push(await startBalancer({ index: balancerIndex, masters: forMasters, network, folder }));
    for (const one of plans) {
      say(`${one.name} ${one.address}: containerd`);
      const node = await start(one, plans);
      const [first] = nodes;
      say(`${one.name}: kubeadm ${node === first ? "init" : "join"}`);
      if (node === first) await initialize(node, admission);
      else await joinCluster(node, admission, first!);
    }
    const kubeconfig = join(folder, "admin.conf");
    copyFileSync(nodes[0]!.path("/etc/kubernetes/admin.conf"), kubeconfig);
    const kubectl = (...words: string[]): Promise<string> =>
      run(["kubectl", "--kubeconfig", kubeconfig, ...words], { deadline: readyDeadline });
    say("nodes become Ready");
    const patience = `--timeout=${readyDeadline / 1000}s`;
    await kubectl("wait", "--for=condition=Ready", "nodes", "--all", patience);
    // A node that has just joined has none for some seconds, and is not called well by whoever looks for it.
    await until("every node has a lease", readyDeadline, async () => {
      const leases = await kubectl("get", "leases", "-n", "kube-node-lease", "-o", "name");
      return leases.trim().split("\n").length === nodes.length ? true : undefined;
    });
    if (wanted.size > 0) say(`additions: ${[...wanted].join(", ")}`);
    const { ownAddress } = network;
    const servers = forMasters.map(({ name, address }) => ({ name, host: address, port: apiPort }));
    const { end: endAdded, ...added } = await add(wanted, kubectl, { ownAddress, folder, servers });
    held.push({ end: endAdded });
    say("ready");
    const sshConfiguration = writeSshConfiguration(folder, nodes, key);
    const addMachine = async (role: Role): Promise<Node> => {
      const count = nodes.filter((one) => one.role === role).length;
      const index = nodes.length + 1;
      const one = { name: `${role}-${count + 1}`, role, index, address: network.addressOf(index) };
      await Promise.all(nodes.map((node) => acquaint(node, one)));
      return await start(one, [...nodes, one]);
    };
    return {
      nodes,
      network,
      servers,
      added,
      kubeconfig,
      sshConfiguration,
      kubectl,
      addMachine,
      end,
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
};

/** A cluster of four nodes takes 70 of what is by default 128 for all of root's processes. */
const inotifyInstances = 1024;

/** Programs that watch files fail to start, or start without a part of theirs, when there are no instances left. */
export const allowWatchedFiles = (): void => {
  const setting = "/proc/sys/fs/inotify/max_user_instances";
  if (Number(readFileSync(setting, "utf8")) >= inotifyInstances) return;
  writeFileSync(setting, String(inotifyInstances));
};

const plan = (network: Network, masters: number, workers: number): NodePlan[] => {
  const roles: Role[] = [
    ...Array<Role>(masters).fill("master"),
    ...Array<Role>(workers).fill("worker"),
  ];
  return roles.map((role, at) => {
    const index = at + 1;
    const number = role === "master" ? index : index - masters;
    return { name: `${role}-${number}`, role, index, address: network.addressOf(index) };
  });
};

const writeSshConfiguration = (folder: string, nodes: readonly Node[], key: string): string => {
  const known = nodes.map(
    ({ name, address }) =>
      `${address} ${readFileSync(join(folder, name, "host_key.pub"), "utf8").trim()}\n`,
  );
  const knownHosts = join(folder, "known_hosts");
  writeFileSync(knownHosts, known.join(""));
  const hosts = nodes.map(({ name, address }) => `Host ${name}\n  HostName ${address}\n`);
  const file = join(folder, "ssh_config");
  writeFileSync(
    file,
    `${hosts.join("")}Host *
  User root
  IdentityFile ${key}
  IdentitiesOnly yes
  UserKnownHostsFile ${knownHosts}
  GlobalKnownHostsFile /dev/null
`,
  );
  return file;
};
