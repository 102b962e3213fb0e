import type { Goal } from "../src/core/model/plan.ts";
import type { RunLimits } from "../src/core/run/limits.ts";
import { type Chance, createChance } from "./chance.ts";
import type {
  EtcdTopology,
  KubernetesTopology,
  Topology,
  TopologyNode,
} from "./estate/topology.ts";
import type { Fault } from "./faults/fault.ts";
import { drawFaults } from "./faults/draw-faults.ts";

/** Everything that a seed decides before the first event. */
export interface Scenario {
  readonly seed: number;
  readonly topology: Topology;
  readonly goal: WantedGoal;
  readonly limits: RunLimits;
  readonly faults: readonly Fault[];
  /** Most milliseconds that one message takes. */
  readonly latency: number;
  /** How long the operator thinks before doing what is asked of him. */
  readonly thinking: number;
  /** Virtual moment from which on nothing goes wrong any more. */
  readonly healAt: number;
}

/** A goal before the estate is known. */
export type WantedGoal =
  | { readonly kind: "rotate"; readonly issuers: readonly string[]; readonly protocol: Protocol }
  | { readonly kind: "renew"; readonly key: "same" | "new" };
type Protocol = Extract<Goal, { readonly kind: "rotate" }>["protocol"];

/** Independent streams of a seed, so that taking a fault out does not draw another world. */
const streams = { topology: 1, goal: 2, limits: 3, faults: 4, takenAway: 5 } as const;

/** A run over a Kubernetes cluster takes as long as many over etcd alone: one seed in so many. */
const kubernetesEvery = 32;

export const drawScenario = (
  seed: number,
  world: Topology["kind"] = seed % kubernetesEvery === 0 ? "kubernetes" : "etcd",
): Scenario => {
  const places = createChance(seed, streams.topology);
  const topology = world === "etcd" ? drawEtcd(places) : drawKubernetes(places);
  const chance = createChance(seed, streams.limits);
  return {
    seed,
    topology,
    goal: drawGoal(createChance(seed, streams.goal), topology),
    limits: drawLimits(chance, createChance(seed, streams.takenAway).pick([1, 2, 5, 20])),
    faults: drawFaults(createChance(seed, streams.faults), topology),
    latency: chance.pick([2, 10, 50, 250]),
    thinking: chance.pick([1000, 30_000, 900_000]),
    healAt: chance.pick([30_000, 300_000, 1_800_000]),
  };
};

const drawKubernetes = (chance: Chance): KubernetesTopology => {
  const skewed = chance.happens(0.4);
  const nodes = (count: number, word: string): readonly TopologyNode[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `${word}-${index + 1}`,
      skew: skewed ? chance.between(-30_000, 30_000) : 0,
    }));
  const kinds = ["DaemonSet", "Deployment", "StatefulSet"] as const;
  return {
    kind: "kubernetes",
    version: chance.pick(["1.35.4", "1.36.0"]),
    masters: nodes(chance.pick([1, 3, 3]), "master"),
    workers: nodes(chance.happens(0.15) ? chance.between(18, 30) : chance.below(4), "worker"),
    workloads: [
      { kind: "DaemonSet", namespace: "kube-system", name: "kube-proxy", reload: "start" },
      { kind: "Deployment", namespace: "kube-system", name: "coredns", reload: "start" },
      ...Array.from({ length: chance.below(3) }, (_, index) => ({
        kind: chance.pick(kinds),
        namespace: chance.pick(["shop", "web"]),
        name: `app-${index + 1}`,
        reload: chance.pick(["start", "watch"] as const),
      })),
    ],
    clientsComplete: chance.happens(0.7),
  };
};

const drawEtcd = (chance: Chance): EtcdTopology => {
  const count = chance.pick([1, 3, 3, 3, 5]);
  const shared = chance.pick(["one", "two", "three"] as const);
  const issuers =
    shared === "one"
      ? { peer: "etcd-ca", server: "etcd-ca", client: "etcd-ca" }
      : shared === "two"
        ? { peer: "etcd-peer-ca", server: "etcd-ca", client: "etcd-ca" }
        : { peer: "etcd-peer-ca", server: "etcd-server-ca", client: "etcd-client-ca" };
  const expired = chance.happens(0.15) ? chance.below(count) : -1;
  const skewed = chance.happens(0.4);
  const kinds = [
    { reload: "handshake", told: "handshake" },
    { reload: "start", told: "start" },
    { reload: "handshake", told: "unknown" },
    { reload: "start", told: "unknown" },
  ] as const;
  return {
    kind: "etcd",
    members: Array.from({ length: count }, (_, index) => ({
      name: `etcd-${index + 1}`,
      skew: skewed ? chance.between(-30_000, 30_000) : 0,
      daysLeft: index === expired ? -chance.between(1, 20) : chance.between(40, 300),
    })),
    clients: Array.from({ length: chance.below(4) }, (_, index) => ({
      name: `app-${index + 1}`,
      ...chance.pick(kinds),
      service: chance.pick(["systemd", "systemd", "none"] as const),
      apart: chance.happens(0.6),
    })),
    issuers,
    unableToCrossSign: chance.happens(0.1) ? [chance.pick(Object.values(issuers))] : [],
    stranger: chance.happens(0.2),
    clientsComplete: chance.happens(0.7),
  };
};

const drawGoal = (chance: Chance, topology: Topology): WantedGoal => {
  if (chance.happens(0.1)) return { kind: "renew", key: chance.pick(["same", "new"]) };
  if (topology.kind === "kubernetes") {
    const all = ["kubernetes-ca", "front-proxy-ca", "etcd-ca"];
    return {
      kind: "rotate",
      issuers: chance.happens(0.6) ? all : [chance.pick(all)],
      protocol: chance.pick(["bundle", "bundle", "cross-signed"]),
    };
  }
  const purposes = ["peer", "server", "client"] as const;
  const which = chance.happens(0.7) ? purposes : [chance.pick(purposes)];
  const unable = which.some((purpose) =>
    topology.unableToCrossSign.includes(topology.issuers[purpose]),
  );
  return {
    kind: "rotate",
    issuers: [...new Set(which.map((purpose) => topology.issuers[purpose]))],
    protocol: unable ? "bundle" : chance.pick(["bundle", "cross-signed"]),
  };
};

/** Edge values of what is tuned by hand in production, so that they are met. */
const drawLimits = (chance: Chance, takenAway: number): RunLimits => ({
  takenAway,
  sideBySide: chance.pick([1, 2, 5, 8]),
  firstRetry: chance.pick([1, 100, 1000, 10_000]),
  longestRetry: chance.pick([1000, 15_000, 60_000]),
  firstLook: chance.pick([1, 50, 500]),
  longestLook: chance.pick([500, 1000, 10_000]),
  shortestProving: chance.pick([20_000, 120_000]),
  settling: 3000,
  provingFactor: chance.pick([1, 4]),
  doubt: chance.pick([1000, 30_000]),
  patience: chance.pick([30_000, 600_000]),
  attempts: chance.pick([1, 3, 5]),
  longestSleep: chance.pick([200, 2000]),
  entries: 20_000,
});

/** What a seed drew, in a few lines. */
export const describeScenario = ({ topology, goal, latency, healAt, faults }: Scenario): string => {
  const wanted =
    goal.kind === "rotate"
      ? `rotate ${goal.issuers.join(", ")} (${goal.protocol})`
      : `renew every leaf with the ${goal.key} key`;
  const rest = `${faults.length} faults until ${healAt / 1000} s, messages up to ${latency} ms`;
  if (topology.kind === "kubernetes") {
    const { version, masters, workers, workloads } = topology;
    return [
      `${wanted}; Kubernetes ${version}, ${masters.length} masters, ${workers.length} workers, ${rest}`,
      ...workloads.map(
        ({ kind, namespace, name, reload }) =>
          `  ${kind} ${namespace}/${name} reads its trust at each ${reload === "start" ? "start" : "change"}`,
      ),
    ].join("\n");
  }
  const { members, clients } = topology;
  return [
    `${wanted}; ${members.length} members, ${clients.length} clients, ${rest}`,
    ...clients.map(
      ({ name, reload, told, service }) =>
        `  ${name} reads its files at each ${reload} (known: ${told}), service ${service}`,
    ),
  ].join("\n");
};
