import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { componentProgram } from "../../../tools/components/cache.ts";
import { removeCgroups } from "../cluster/cgroups.ts";
import { allowWatchedFiles } from "../cluster/cluster.ts";
import { makeImageStore } from "../cluster/image-store.ts";
import { startNode, type Node } from "../cluster/node.ts";
import { run, until } from "../cluster/run.ts";
import { enter } from "../hosts/enter.ts";
import type { Hosts } from "../hosts/hosts.ts";
import type { Machine } from "./lay.ts";

/** Machines with containerd beside the hosts, for kubelets that are services like any other. */
export interface Workers {
  readonly machines: readonly Machine[];
  /** For `ssh -F`: the workers and the hosts. */
  readonly sshConfiguration: string;
  /** Starts a kubelet by way of its machine's sshd, so that it is in the machine's control group. */
  startKubelet(machine: Machine): Promise<void>;
  end(): Promise<void>;
}

/** worker-1, worker-2, … on the hosts' network from the place `first` on. */
export const startWorkers = async (options: {
  readonly count: number;
  readonly first: number;
  readonly hosts: Hosts;
  readonly folder: string;
}): Promise<Workers> => {
  const { count, first, hosts, folder } = options;
  const { network } = hosts;
  mkdirSync(folder, { recursive: true });
  if (count > 0) {
    removeCgroups([]);
    allowWatchedFiles();
    await makeImageStore();
  }
  const plans = Array.from({ length: count }, (_, at) => ({
    name: `worker-${at + 1}`,
    role: "worker" as const,
    index: first + at,
    address: network.addressOf(first + at),
  }));
  const nodes: Node[] = [];
  const end = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.end()));
    await until("the workers' processes are gone", 30_000, () =>
      nodes.every(({ pid }) => !existsSync(`/proc/${pid}`)) ? true : undefined,
    );
    const addresses = nodes.map(({ address }) => address);
    if (count > 0)
      await until(
        "their control groups are gone",
        30_000,
        () => removeCgroups(addresses) || undefined,
      );
  };
  try {
    for (const plan of plans)
      nodes.push(
        await startNode({
          plan,
          all: plans,
          network,
          folder: join(folder, plan.name),
          authorizedKeys: `${hosts.key}.pub`,
        }),
      );
    for (const { name, address } of plans)
      appendFileSync(
        hosts.knownHosts,
        `${address} ${readFileSync(join(folder, name, "host_key.pub"), "utf8").trim()}\n`,
      );
    const sshConfiguration = join(folder, "ssh_config");
    const own = plans.map(({ name, address }) => `Host ${name}\n  HostName ${address}\n`);
    writeFileSync(sshConfiguration, own.join("") + readFileSync(hosts.configuration, "utf8"));
    const ssh = componentProgram("openssh-server", "ssh")!;
    return {
      machines: nodes.map(machineOf),
      sshConfiguration,
      startKubelet: async ({ name }) =>
        void (await run(
          [
            ssh,
            "-F",
            sshConfiguration,
            "-o",
            "BatchMode=yes",
            name,
            "/srv/units/kubelet/service",
            "start",
          ],
          {
            env: { PATH: `${dirname(ssh)}:${process.env["PATH"] ?? ""}` },
          },
        )),
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
};

const machineOf = (node: Node): Machine => ({
  name: node.name,
  address: node.address,
  path: (inside) => node.path(inside),
  run: (...command) => enter(node, "host", command),
});
