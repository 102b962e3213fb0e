import { runLimits } from "../src/core/run/limits.ts";
import type { Fault } from "./faults/fault.ts";
import type { EtcdTopology } from "./estate/topology.ts";
import { sound } from "./mutant.ts";
import { type Ending, type Machine, runScenario } from "./run-scenario.ts";
import type { Scenario } from "./scenario.ts";

/** A world in which nothing goes wrong by chance, for loops that go through everything. */
export const calmScenario = (
  members: number,
  protocol: "bundle" | "cross-signed",
  clients: EtcdTopology["clients"] = [],
): Scenario => ({
  seed: 1,
  topology: {
    kind: "etcd",
    members: Array.from({ length: members }, (_, index) => ({
      name: `etcd-${index + 1}`,
      skew: 0,
      daysLeft: 200,
    })),
    clients,
    issuers: { peer: "etcd-ca", server: "etcd-ca", client: "etcd-ca" },
    unableToCrossSign: [],
    stranger: false,
    clientsComplete: true,
  },
  goal: { kind: "rotate", issuers: ["etcd-ca"], protocol },
  limits: { ...runLimits, firstRetry: 100, longestRetry: 5000, shortestProving: 60_000 },
  faults: [],
  latency: 10,
  thinking: 1000,
  healAt: 1_800_000,
});

/** Every CA of a small cluster of kubeadm's. */
export const calmCluster = (protocol: "bundle" | "cross-signed"): Scenario => ({
  ...calmScenario(1, protocol),
  topology: {
    kind: "kubernetes",
    version: "1.35.4",
    masters: [{ name: "master-1", skew: 0 }],
    workers: [{ name: "worker-1", skew: 0 }],
    workloads: [
      { kind: "DaemonSet", namespace: "kube-system", name: "kube-proxy", reload: "start" },
    ],
    clientsComplete: true,
  },
  goal: { kind: "rotate", issuers: ["kubernetes-ca", "front-proxy-ca", "etcd-ca"], protocol },
});

export interface Exhausted {
  readonly runs: number;
  readonly bad: readonly { readonly faults: readonly Fault[]; readonly ending: Ending }[];
}

const runAll = async (
  scenario: Scenario,
  lists: Iterable<readonly Fault[]>,
  machine: Machine,
): Promise<Exhausted> => {
  let runs = 0;
  const bad: Exhausted["bad"][number][] = [];
  for (const faults of lists) {
    const ending = await runScenario({ ...scenario, faults }, machine, sound);
    runs++;
    if (ending.verdict !== "goal") bad.push({ faults, ending });
  }
  return { runs, bad };
};

const badRecord = (nth: number): readonly Fault[] => [kill(nth)].concat(appends(nth));
const kill = (nth: number): Fault => ({ kind: "killed-after-record", nth, back: 100 });
const effects = (nth: number): readonly Fault[] =>
  (["lost", "answer-lost", "half", "refused"] as const).map((how) => ({
    kind: "effect",
    nth,
    how,
  }));
const appends = (nth: number): readonly Fault[] =>
  (["refused", "there-all-the-same", "torn"] as const).map((how) => ({
    kind: "append",
    nth,
    how,
  }));

const upTo = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => index + 1);

/** Records and effects of the scenario when nothing goes wrong: how far the loops go. */
const extent = async (
  scenario: Scenario,
  machine: Machine,
): Promise<{ readonly records: number; readonly effects: number }> => {
  const { records, effects: sent } = await runScenario(scenario, machine);
  return { records, effects: sent };
};

/** certwright is killed after each record of the journal, and goes on. `every`: after one in so many, for less time. */
export const crashEverywhere = async (
  scenario: Scenario,
  machine: Machine,
  every = 1,
): Promise<Exhausted> => {
  const { records } = await extent(scenario, machine);
  const lists = upTo(records).map((nth) => [kill(nth)]);
  return runAll(scenario, oneIn(lists, every), machine);
};

/** Every single fault of an effect, alone and with a crash after every record. `every`: one in so many, for less time. */
export const effectsAndCrashes = async (
  scenario: Scenario,
  machine: Machine,
  every = 1,
): Promise<Exhausted> => {
  const { records, effects: sent } = await extent(scenario, machine);
  const lists = upTo(sent)
    .flatMap(effects)
    .flatMap((fault) =>
      [0, ...upTo(records)].map((nth) => (nth === 0 ? [fault] : [fault, kill(nth)])),
    );
  return runAll(scenario, oneIn(lists, every), machine);
};

/** Every pair of faults of effects, of records and of crashes. */
export const everyPair = async (
  scenario: Scenario,
  machine: Machine,
  every = 1,
): Promise<Exhausted> => {
  const { records, effects: sent } = await extent(scenario, machine);
  const faults = [...upTo(sent).flatMap(effects), ...upTo(records).flatMap(badRecord)];
  const pairs = faults.flatMap((one, index) =>
    faults.slice(index + 1).map((other): readonly Fault[] => [one, other]),
  );
  return runAll(scenario, oneIn(pairs, every), machine);
};

const oneIn = <T>(list: readonly T[], every: number): readonly T[] =>
  list.filter((_, index) => index % every === 0);
