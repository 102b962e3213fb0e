import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { componentProgram } from "../../../tools/components/cache.ts";
import { certwright, type Outcome } from "../../cli/process.ts";
import { startBalancer } from "../cluster/balancer.ts";
import { programFolders } from "../cluster/programs.ts";
import { run, until } from "../cluster/run.ts";
import type { Holder } from "../hosts/enter.ts";
import type { Host } from "../hosts/host.ts";
import { startHosts } from "../hosts/hosts.ts";
import {
  kubeconfigText,
  masterFiles,
  memberFiles,
  put,
  workerFiles,
  writeUnits,
  type Cas,
  type Files,
  type Machine,
} from "./lay.ts";
import { openWorkshop, type Pair } from "./pki.ts";
import { apiPort, etcdUnits, masterUnits, workerUnits, type Units } from "./programs.ts";
import { startWorkers, type Workers } from "./workers.ts";

/** A control plane whose programs are services of their machines, with an etcd on machines of its own. */
export interface ByHandCluster extends AsyncDisposable {
  readonly masters: readonly Host[];
  readonly members: readonly Host[];
  /** Nodes with kubelets and containerd; nothing leads to Services there, and no names are known. */
  readonly workers: readonly Machine[];
  readonly cas: Cas;
  /** What the operator dials: of several masters a balancer. */
  readonly endpoint: string;
  /** The operator's folder, with a kubeconfig and a passphrase in it. */
  readonly folder: string;
  readonly kubeconfig: string;
  readonly sshConfiguration: string;
  readonly env: Readonly<Record<string, string>>;
  kubectl(...words: string[]): Promise<string>;
  certwright(...args: string[]): Promise<Outcome>;
  /** CAs of the same names once more with all that they issue, in a folder of that name; nothing is put anywhere. */
  makePki(name: string): Promise<Pki>;
  end(): Promise<void>;
}

/** CAs, and what of them lies on each host and with the operator. */
export interface Pki {
  readonly cas: Cas;
  readonly files: ReadonlyMap<Machine, Files>;
  /** The text of an administrator's. */
  readonly kubeconfig: string;
}

export interface ByHandOptions {
  readonly masters: number;
  readonly members: number;
  /** Default none. */
  readonly workers?: number;
  /** Whether kubelets' kubeconfigs name files instead of holding what is in them. Default false. */
  readonly kubeletsInFiles?: boolean;
  /** Is made; with workers not below /etc, /var or /usr, over which they lay their own layers. */
  readonly folder: string;
  /** Instead of the flags that the lab starts a program with, for what an operator may have done otherwise. */
  readonly unitsOf?: (units: Units, host: Machine) => Units;
}

/** API servers become ready within 10 s; eight people may be at work. */
const patience = 180_000;

export const startByHand = async (options: ByHandOptions): Promise<ByHandCluster> => {
  const { folder, unitsOf = (units) => units, kubeletsInFiles = false } = options;
  mkdirSync(folder, { recursive: true });
  const count = options.masters + options.members;
  const hosts = await startHosts({ count, folder: join(folder, "hosts") });
  let balancer: Holder | undefined;
  let workers: Workers | undefined;
  const end = async (): Promise<void> => {
    await balancer?.end();
    await workers?.end();
    await hosts.end();
  };
  try {
    const masters = hosts.hosts.slice(0, options.masters);
    const members = hosts.hosts.slice(options.masters);
    const index = count + 1;
    const endpoint = masters.length === 1 ? masters[0]!.address : hosts.network.addressOf(index);
    if (masters.length > 1) {
      const plans = masters.map(({ name, address }, i) => ({
        name,
        address,
        role: "master" as const,
        index: i + 1,
      }));
      balancer = await startBalancer({ index, masters: plans, network: hosts.network, folder });
    }
    workers = await startWorkers({
      count: options.workers ?? 0,
      first: index + 1,
      hosts,
      folder: join(folder, "workers"),
    });
    const { machines, sshConfiguration, startKubelet } = workers;
    const workshop = openWorkshop(join(folder, "workshop"));
    const accounts = await workshop.accounts();
    const makePki: ByHandCluster["makePki"] = async (name) => {
      const pki = join(folder, name);
      const ca = (which: string): Promise<Pair> => workshop.ca(join(pki, which), which);
      const cas = {
        cluster: await ca("kubernetes"),
        aggregator: await ca("aggregator"),
        etcd: await ca("etcd"),
      };
      const files = new Map<Machine, Files>();
      for (const host of members) files.set(host, await memberFiles(workshop, pki, host, cas));
      for (const host of masters) {
        files.set(host, await masterFiles(workshop, pki, host, cas, { accounts, endpoint }));
      }
      for (const host of machines) {
        files.set(
          host,
          await workerFiles(workshop, pki, host, cas, { endpoint, inFiles: kubeletsInFiles }),
        );
      }
      const admin = await workshop.issue(cas.cluster, join(pki, "admin"), {
        commonName: "admin",
        organization: "system:masters",
        usages: ["clientAuth"],
      });
      return { cas, files, kubeconfig: kubeconfigText(cas.cluster, admin, endpoint) };
    };
    const { cas, files, kubeconfig: text } = await makePki("pki");
    for (const [host, own] of files) put(host, own);
    for (const host of members) writeUnits(host, unitsOf(etcdUnits(host, members), host));
    for (const host of masters) writeUnits(host, unitsOf(masterUnits(host, members), host));
    for (const host of machines) writeUnits(host, unitsOf(workerUnits(host), host));
    for (const host of members) host.run("/srv/units/etcd/service", "start");
    for (const host of masters)
      for (const name of ["kube-apiserver", "kube-controller-manager", "kube-scheduler"])
        host.run(`/srv/units/${name}/service`, "start");

    const own = join(folder, "operator");
    mkdirSync(own);
    const passphrase = join(own, "passphrase");
    writeFileSync(passphrase, "a passphrase for tests\n", { mode: 0o600 });
    const kubeconfig = join(own, "kubeconfig");
    writeFileSync(kubeconfig, text, { mode: 0o600 });
    const ssh = dirname(componentProgram("openssh-server", "ssh")!);
    const env = {
      PATH: [...programFolders, ssh, process.env["PATH"] ?? ""].join(":"),
      HOME: own,
      CERTWRIGHT_PASSPHRASE_FILE: passphrase,
    };
    const kubectl = (...words: string[]): Promise<string> =>
      run(["kubectl", "--kubeconfig", kubeconfig, ...words]);
    for (const { address } of masters) {
      const ready = ["--server", `https://${address}:${apiPort}`, "get", "--raw", "/readyz"];
      await until(`API server at ${address}`, patience, () => kubectl(...ready));
    }
    await until("kube-root-ca.crt is published", patience, () =>
      kubectl("get", "configmap", "kube-root-ca.crt", "-n", "default"),
    );
    for (const machine of machines) await startKubelet(machine);
    for (const { name } of machines) {
      await until(`${name} is Ready`, patience, () =>
        kubectl("wait", "--for=condition=Ready", `node/${name}`, "--timeout=10s"),
      );
      // It has none for some seconds, and is not called well by whoever looks for it.
      await until(`${name} has a lease`, patience, () =>
        kubectl("get", "lease", "-n", "kube-node-lease", name),
      );
    }
    return {
      masters,
      members,
      workers: machines,
      cas,
      endpoint,
      folder: own,
      kubeconfig,
      env,
      kubectl,
      makePki,
      end,
      sshConfiguration,
      certwright: (...args) =>
        certwright(args, {
          cwd: own,
          env,
          deadline: 120_000,
        }),
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
};
