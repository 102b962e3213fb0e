import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { restoreMember } from "../../adapters/rehearsal/scratch-members.ts";
import { forward } from "../../adapters/rehearsal/plane/forward.ts";
import { startKubelet, type KubeletStandIn } from "../../adapters/rehearsal/plane/kubelets.ts";
import { must } from "../../adapters/rehearsal/plane/must.ts";
import { systemPath } from "../../adapters/node/system-path.ts";
import { layNetwork, type MachineNamespaces } from "../../adapters/rehearsal/plane/network.ts";
import {
  lastWordsOf,
  type MachinePrograms,
  type ProgramMachine,
} from "../../adapters/rehearsal/plane/program-process.ts";
import { startRelay, type Relay } from "../../adapters/rehearsal/plane/relay.ts";
import { layFiles, layPrograms } from "../../adapters/rehearsal/plane/root-folder.ts";
import { intoMachine, rootedSession } from "../../adapters/rehearsal/plane/rooted-session.ts";
import { keepServices, type MachineServices } from "../../adapters/rehearsal/plane/services.ts";
import { keepStaticPods } from "../../adapters/rehearsal/plane/static-pods.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type {
  Estate,
  EstateNode,
  EtcdCluster,
  KubernetesCluster,
} from "../../core/model/estate.ts";
import type { Plan } from "../../core/model/plan.ts";
import { etcdOf } from "../../core/estate/etcd-of.ts";
import { clockGrain } from "../../core/plan/limits.ts";
import { copiedNodes, planeNodes } from "../../core/rehearsal/copied-estate.ts";
import {
  copiedPrograms,
  copyDifferences,
  type CopiedProgram,
  withAddress,
} from "../../core/rehearsal/copy-flags.ts";
import { planeNetwork } from "../../core/rehearsal/plane-network.ts";
import type { PlaneOrder } from "../../core/rehearsal/plane-order.ts";
import { leaderOf } from "../../engine/rehearsal/lead.ts";
import { untilAnswers, untilLed } from "../../engine/rehearsal/until-answers.ts";
import { untilHealthy } from "../../engine/rehearsal/until-healthy.ts";
import { layoutOf, slotsOf, type Layout } from "../../engine/rotation/layout.ts";
import { verbOf } from "../../engine/rehearsal/verb-of.ts";
import type { RotationPorts } from "../../engine/rotation/ports.ts";

export interface OpenedPlane {
  /** With the copy's machines. */
  readonly ports: RotationPorts;
  /** What the copy has not, in words. */
  readonly left: readonly string[];
  /** Programs that ended without being told to: "master-1/kube-scheduler 2". */
  crashes(): readonly string[];
}

/** Copying a restored database that was not closed costs a while, and an API server waits for it. */
const startDeadline = 120_000;

/**
 * The control plane once more, in the namespaces of this process: real etcd members, API servers, controller-managers and
 * schedulers at the real addresses with the real files. Everything ends with this process. Throws rehearsal.*.
 */
export const openPlane = async (
  folder: string,
  { plane, programs }: PlaneOrder,
  { estate, cluster, plan, ports }: OpeningPlane,
): Promise<OpenedPlane> => {
  const network = planeNetwork(estate, cluster, plane);
  const nodes = join(folder, "nodes");
  mkdirSync(nodes, { recursive: true, mode: 0o700 });
  // Keys lie in memory, and nowhere else.
  await must("mount", "-t", "tmpfs", "-o", "mode=0700,nosuid", "tmpfs", nodes);
  const namespaces = await layNetwork(join(nodes, ".network"), network.machines, network.others);
  const rootOf = (name: string): string => join(nodes, name);
  const operatorRoot = join(nodes, ".operator");
  layFiles(operatorRoot, plane.operator);
  for (const { name } of copiedNodes(estate)) {
    layFiles(rootOf(name), plane.nodes[name] ?? []);
    mkdirSync(join(rootOf(name), "run"), { recursive: true });
  }
  const etcd = etcdOf(estate)!;
  const machines = planeNodes(estate);
  await layMachines(machines, { folder, etcd, programs, hosts: network.hosts, rootOf });
  await layHosts(join(folder, "hosts"), network.hosts);

  const services = new Map<string, MachineServices>();
  const programsOf = new Map<string, readonly MachinePrograms[]>();
  const kubelets = new Map<string, KubeletStandIn>();
  const relays = new Map<string, Relay>();
  for (const [name, of] of namespaces) {
    relays.set(name, await startRelay(name, join(nodes, ".network"), networkWords(of)));
  }
  const insideOf = (name: string): readonly string[] => {
    const of = namespaces.get(name);
    return of === undefined ? [] : intoMachine(of, rootOf(name));
  };
  const copied: RotationPorts = {
    ...ports,
    nodes: {
      open: async (node) =>
        rootedSession({
          name: node.name,
          root: plane.nodes[node.name] === undefined ? operatorRoot : rootOf(node.name),
          inside: insideOf(node.name),
          relay: relays.get(node.name),
          owns: ({ pid }) =>
            programsOf.get(node.name)?.some((of) => of.pids().has(pid)) === true ||
            kubelets.get(node.name)?.pid() === pid,
          serve: (command) =>
            services.get(node.name)?.serve(command) ??
            (verbOf(cluster.kubelet, command) === "restart"
              ? kubelets.get(node.name)?.restart()
              : undefined),
        }),
    },
    kubernetes: {
      open: (target) =>
        ports.kubernetes.open({ ...target, kubeconfig: join(operatorRoot, target.kubeconfig) }),
    },
  };

  const byHand = cluster.components !== undefined;
  const allow = (name: string, program: CopiedProgram): void =>
    programsOf.get(name)?.forEach((of) => of.allow(program));
  const machineOf = (name: string): ProgramMachine => ({
    name,
    root: rootOf(name),
    inside: insideOf(name),
  });
  for (const { name } of machines) {
    const machine = machineOf(name);
    const address = network.machines.find((one) => one.name === name)?.addresses[0];
    const copies = (plane.services[name] ?? []).map((one) => withAddress(one, address));
    const own = keepServices(machine, copies);
    services.set(name, own);
    const manifests = `${cluster.directory}/manifests`;
    programsOf.set(name, byHand ? [own] : [own, keepStaticPods({ ...machine, manifests })]);
    allow(name, "etcd");
  }
  const behind = cluster.controlPlane.map(({ addresses }) => ({
    host: addresses[0]!.value,
    port: cluster.port,
  }));
  for (const endpoint of network.endpoints) await forward({ ...endpoint, behind });
  const orFail = (why: string | undefined): void => {
    if (why !== undefined) {
      const log = lastWords(machines.map(({ name }) => machineOf(name)));
      throw failure("rehearsal.not-started", { why, log });
    }
  };
  orFail(await untilHealthy(copied, etcd, startDeadline));
  // One that finds no etcd for 20 s ends itself, which would look like a fault of its own.
  for (const { name } of cluster.controlPlane) allow(name, "kube-apiserver");
  orFail(await untilAnswers(copied, cluster, startDeadline));
  for (const { node, kubeconfig } of kubeletsOf(layoutOf(estate))) {
    const of = namespaces.get(node.name);
    const machine = {
      name: node.name,
      root: rootOf(node.name),
      kubeconfig,
      network: of === undefined ? [] : networkWords(of),
    };
    kubelets.set(node.name, await startKubelet(machine, ports.kubernetes));
  }
  for (const program of ["kube-controller-manager", "kube-scheduler"] as const) {
    const wanted = leaderOf(plan, program);
    const first = cluster.controlPlane.find(({ name }) => `${name}/${program}` === wanted);
    if (first !== undefined) {
      allow(first.name, program);
      if (cluster.controlPlane.length > 1)
        await untilLed(copied, cluster, { program, by: first.name }, startDeadline);
    }
    for (const { name } of cluster.controlPlane) allow(name, program);
  }
  await age(plan, kubelets, (name) => join(rootOf(name), cluster.directory, "kubelet.conf"));
  return {
    ports: copied,
    left: [...plane.left, ...network.left, ...copyDifferences],
    crashes: () =>
      [...programsOf].flatMap(([name, all]) =>
        all
          .flatMap((of) => [...of.crashes()])
          .map(([program, times]) => `${name}/${program} ${times}`),
      ),
  };
};

/** Those that the plan knows of, each with its kubeconfig: of a cluster made by hand there may be none. */
const kubeletsOf = (
  layout: Layout,
): readonly { readonly node: EstateNode; readonly kubeconfig: string }[] =>
  [...layout.consumers.values()].flatMap(({ id, node, kubernetes }) => {
    const place = slotsOf(layout, id).find((slot) => slot.place.form?.kind === "kubeconfig")?.place;
    return kubernetes?.kind === "kubelet" && node !== undefined && place !== undefined
      ? [{ node, kubeconfig: place.path }]
      : [];
  });

/** More than a planner takes for the same moment, and than a process's start is known to. */
const younger = clockGrain + 100;

/**
 * Kubelets that the plan restarts first of all, because something of theirs is younger than their process, are so in the
 * copy, too, where every process is younger than its files.
 */
const age = async (
  { phases }: Plan,
  kubelets: ReadonlyMap<string, KubeletStandIn>,
  fileOf: (node: string) => string,
): Promise<void> => {
  const behind = phases
    .flatMap(({ id, steps }) => (id === "heal" ? steps : []))
    .flatMap(({ effect }) => (effect.kind === "consumer.restart" ? [effect.consumer] : []))
    .flatMap((consumer) => {
      const [node = "", program] = consumer.split("/");
      const kubelet = program === "kubelet" ? kubelets.get(node) : undefined;
      return kubelet === undefined
        ? []
        : [{ file: fileOf(node), at: kubelet.startedAt() + younger }];
    });
  // A change in the future would be younger than the process that the plan's restart makes, too.
  await sleep(Math.max(0, ...behind.map(({ at }) => at - Date.now())));
  for (const { file, at } of behind) utimesSync(file, new Date(at), new Date(at));
};

interface OpeningPlane {
  readonly estate: Estate;
  readonly cluster: KubernetesCluster;
  readonly plan: Plan;
  /** Those of the copy's PKI. */
  readonly ports: RotationPorts;
}

const networkWords = ({ net }: MachineNamespaces): readonly string[] => [
  "/usr/bin/env",
  `PATH=${systemPath}`,
  "nsenter",
  `--net=${net}`,
  "--",
];

interface Laying {
  readonly folder: string;
  readonly etcd: EtcdCluster;
  readonly programs: PlaneOrder["programs"];
  readonly hosts: string;
  readonly rootOf: (name: string) => string;
}

/** Each with its member's data, restored from the one snapshot, on the disk: it may be gigabytes. */
const layMachines = async (
  machines: readonly EstateNode[],
  { folder, etcd, programs, hosts, rootOf }: Laying,
): Promise<void> => {
  const snapshot = join(folder, "snapshot.db");
  for (const { name } of machines) {
    const data: { readonly from: string; readonly path: string }[] = [];
    for (const member of etcd.members.filter(({ node }) => node.name === name)) {
      const from = join(folder, "data", member.name);
      const scratch = { ...member, dataDirectory: from };
      await restoreMember(etcd, scratch, programs.restore, snapshot);
      data.push({ from, path: member.dataDirectory });
    }
    await layPrograms(rootOf(name), {
      programs: { etcd: programs.etcd, ...programs.kubernetes },
      hosts,
      data,
    });
  }
};

/** For us, who dial the endpoint by its name. */
const layHosts = async (path: string, hosts: string): Promise<void> => {
  writeFileSync(path, hosts);
  if (existsSync("/etc/hosts")) await must("mount", "--bind", path, "/etc/hosts");
};

const lastWords = (machines: readonly ProgramMachine[]): string =>
  machines
    .flatMap((machine) =>
      copiedPrograms.map((program) => ({
        name: machine.name,
        program,
        words: lastWordsOf(machine, program),
      })),
    )
    .filter(({ words }) => words !== "")
    .map(({ name, program, words }) => `  ${name}/${program}: ${words}`)
    .join("\n");
