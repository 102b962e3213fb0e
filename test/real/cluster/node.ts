import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { enter, hold } from "../hosts/enter.ts";
import { makeKey, sshProgram } from "../hosts/host.ts";
import type { Network } from "../hosts/network.ts";
import { makeCgroup } from "./cgroups.ts";
import { copyImageStore } from "./image-store.ts";
import { imageReferences, imageRepository, nameOf } from "./images.ts";
import { inComponent, programFolders } from "./programs.ts";
import { run, until } from "./run.ts";

export type Role = "master" | "worker";

/** What is known of a node before it starts. */
export interface NodePlan {
  readonly name: string;
  readonly role: Role;
  /** Its place on the switch. */
  readonly index: number;
  readonly address: string;
}

/** A machine of its own with containerd, a kubelet and an SSH server, in namespaces. */
export interface Node extends NodePlan {
  /** Process 1 of the node, as this machine numbers it. */
  readonly pid: number;
  /** One of the node's paths as this machine can open it. */
  path(inside: string): string;
  /** Runs a program on the node without SSH and returns what it printed; throws when it fails. */
  run(command: readonly string[], deadline?: number): Promise<string>;
  end(): Promise<void>;
}

/** The pods of node 3 are 10.244.3.0/24. */
export const podSubnet = "10.244.0.0/16";
const podsOf = ({ index }: NodePlan): string => `10.244.${index}.0/24`;

/** A cold containerd answers within 3 s on a busy machine; ten times that. */
const containerdDeadline = 30_000;

const here = import.meta.dirname;

/** `folder` holds what the node keeps on its disk; `all` is every node there will be, for routes and names. */
export const startNode = async (options: {
  readonly plan: NodePlan;
  readonly all: readonly NodePlan[];
  readonly network: Network;
  readonly folder: string;
  readonly authorizedKeys: string;
}): Promise<Node> => {
  const { plan, all, network, folder } = options;
  const { name, index } = plan;
  mkdirSync(folder, { recursive: true });
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  write("containerd.toml", containerdConfiguration(await pauseImage()));
  write("network.conflist", networkConfiguration(plan));
  // Nobody listens there, which is said at once: names outside the cluster do not exist.
  write("resolv.conf", `nameserver ${plan.address}\n`);
  write(
    "hosts",
    ["127.0.0.1 localhost", ...all.map((one) => `${one.address} ${one.name}`), ""].join("\n"),
  );
  write("sshd_config", sshdConfiguration);
  copyFileSync(options.authorizedKeys, join(folder, "authorized_keys"));
  copyFileSync(join(here, "kubelet.sh"), join(folder, "kubelet.sh"));
  copyImageStore(join(folder, "containerd"));
  makeKey(join(folder, "host_key"));
  const cgroup = makeCgroup(plan.address);
  const holder = await hold(
    ["--net", "--pid", "--mount", "--uts", "--ipc", "--mount-proc"],
    [join(here, "node-init.sh"), name, folder, cgroup, sshProgram("server"), ...programFolders],
  );
  const namespaces = ["--net", "--pid", "--mount", "--uts", "--ipc", "--wd=/"];
  const node: Node = {
    ...plan,
    pid: holder.pid,
    path: (inside) => join(`/proc/${holder.pid}/root`, inside),
    run: (command, deadline = 60_000) =>
      run(["nsenter", "--target", String(holder.pid), ...namespaces, "--", ...command], {
        deadline,
        env: { PATH: nodePath },
      }),
    end: () => holder.end(),
  };
  try {
    network.connect(holder, index);
    enter(holder, "network", ["ip", "route", "add", "default", "via", network.ownAddress]);
    for (const other of all) {
      if (other.index === index) continue;
      enter(holder, "network", ["ip", "route", "add", podsOf(other), "via", other.address]);
    }
    await until(`containerd on ${name}`, containerdDeadline, async () => {
      const plugins = await node.run(["ctr", "plugins", "ls"]);
      // It answers also when the part that the kubelet needs could not start.
      return /\scri\s.*\sok\s/.test(plugins) || undefined;
    });
  } catch (error) {
    const log = readFileSync(join(folder, "log/containerd.log"), "utf8").split("\n").slice(-20);
    await holder.end();
    throw new Error(`${name} did not start; its containerd says:\n${log.join("\n")}`, {
      cause: error,
    });
  }
  return node;
};

/** Has a node that runs know a new one: its name, and the way to its pods. */
export const acquaint = async (node: Node, other: NodePlan): Promise<void> => {
  appendFileSync(node.path("/etc/hosts"), `${other.address} ${other.name}\n`);
  await node.run(["ip", "route", "add", podsOf(other), "via", other.address]);
};

/** The programs of the components are links in /usr/local/bin. */
const nodePath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const pauseImage = async (): Promise<string> =>
  (await imageReferences()).find((reference) => nameOf(reference) === "pause") ??
  `${imageRepository}/pause:latest`;

/** runc may not lower a pod's oom_score_adj where the machine lacks CAP_SYS_RESOURCE, and dies of trying. */
const containerdConfiguration = (pause: string): string => `version = 2
root = "/srv/containerd"
state = "/run/containerd/state"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pause}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${inComponent("containerd", "tree/usr/lib/cni")}"
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
`;

const networkConfiguration = (plan: NodePlan): string =>
  JSON.stringify({
    cniVersion: "0.4.0",
    name: "pods",
    plugins: [
      {
        type: "ptp",
        ipMasq: false,
        ipam: {
          type: "host-local",
          ranges: [[{ subnet: podsOf(plan) }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
    ],
  });

const sshdConfiguration = `HostKey /srv/host_key
PidFile /run/sshd.pid
AuthorizedKeysFile /srv/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
UseDNS no
MaxStartups 100
SetEnv PATH=${nodePath}
`;
