import type { Chance } from "../chance.ts";
import type { Topology } from "../estate/topology.ts";
import type { Fault, FaultKind, Trigger } from "./fault.ts";

/** How one fault of each kind is drawn. */
type Draw = (chance: Chance, span: number) => Fault;

const trigger = (chance: Chance, span: number): Trigger => ({
  call: chance.between(1, span),
  later: chance.happens(0.5) ? 0 : chance.below(3000),
});

const draws: { readonly [K in FaultKind]?: Draw } = {
  effect: (chance, span) => ({
    kind: "effect",
    nth: chance.between(1, Math.ceil(span / 8)),
    how: chance.pick(["lost", "answer-lost", "half", "refused"]),
  }),
  "blind-look": (chance, span) => ({
    kind: "blind-look",
    nth: chance.between(1, span),
    count: chance.pick([1, 3, 20]),
  }),
  append: (chance, span) => ({
    kind: "append",
    nth: chance.between(1, Math.ceil(span / 3)),
    how: chance.pick(["refused", "there-all-the-same", "torn"]),
  }),
  "engine-killed": (chance, span) => ({
    kind: "engine-killed",
    at: trigger(chance, span),
    back: chance.pick([100, 5000, 300_000]),
  }),
  "killed-after-record": (chance, span) => ({
    kind: "killed-after-record",
    nth: chance.between(1, Math.ceil(span / 3)),
    back: chance.pick([100, 5000, 300_000]),
  }),
  "engine-frozen": (chance, span) => ({
    kind: "engine-frozen",
    at: trigger(chance, span),
    lasting: chance.pick([2000, 60_000, 1_200_000]),
  }),
  cut: (chance, span) => ({
    kind: "cut",
    at: trigger(chance, span),
    node: chance.below(64),
    lasting: chance.pick([1000, 20_000, 1_500_000]),
  }),
  crash: (chance, span) => ({
    kind: "crash",
    at: trigger(chance, span),
    consumer: chance.below(64),
    lasting: chance.pick([500, 5000, 120_000, 1_500_000]),
  }),
  "clock-step": (chance, span) => ({
    kind: "clock-step",
    at: trigger(chance, span),
    node: chance.below(64),
    by: chance.pick([-3_600_000, -20_000, -2000, 2000, 20_000, 3_600_000]),
  }),
  "clock-drift": (chance, span) => ({
    kind: "clock-drift",
    at: trigger(chance, span),
    node: chance.below(64),
    rate: chance.pick([-1, 1, 5]),
  }),
  "slow-restart": (chance) => ({
    kind: "slow-restart",
    nth: chance.between(1, 10),
    extra: chance.pick([5000, 60_000, 400_000]),
  }),
  "stale-start": (chance) => ({ kind: "stale-start", nth: chance.between(1, 10) }),
  edit: (chance, span) => ({
    kind: "edit",
    at: trigger(chance, span),
    slot: chance.below(64),
    how: chance.pick(["restore-old", "add", "touch"]),
  }),
  "kubeadm-renew": (chance, span) => ({
    kind: "kubeadm-renew",
    at: trigger(chance, span),
    node: chance.below(64),
  }),
  "second-apply": (chance, span) => ({ kind: "second-apply", at: trigger(chance, span) }),
  pause: (chance, span) => ({
    kind: "pause",
    at: trigger(chance, span),
    lasting: chance.pick([1000, 600_000]),
  }),
  rollback: (chance, span) => ({ kind: "rollback", at: trigger(chance, span) }),
  "estate-changed": (chance) => ({ kind: "estate-changed", slot: chance.below(64) }),
};

/** Those that change what the run is for: at most one of each, and seldom. */
const seldom: ReadonlySet<FaultKind> = new Set([
  "rollback",
  "edit",
  "estate-changed",
  "stale-start",
]);

/** Without the old key no probe leaf can be signed, and nothing but a process's start shows what it has read. */
const needsProbe: ReadonlySet<FaultKind> = new Set(["stale-start", "clock-step", "clock-drift"]);

/** Of what a controller-manager, scheduler or kubelet has loaded its start alone tells: their clocks are not set. */
const leftOutOf = (topology: Topology): ReadonlySet<FaultKind> => {
  if (topology.kind === "kubernetes") return new Set(["clock-step", "clock-drift"]);
  return topology.unableToCrossSign.length > 0 ? needsProbe : new Set();
};

/**
 * A swarm: each seed leaves about 40 % of the kinds out and draws the others in very different numbers, so that some
 * worlds have one kind only and much of it (Groce et al., "Swarm testing", ISSTA 2012).
 */
export const drawFaults = (chance: Chance, topology: Topology): readonly Fault[] => {
  const span =
    topology.kind === "etcd"
      ? 60 + 60 * topology.members.length
      : 400 + 400 * topology.masters.length;
  const leftOut = leftOutOf(topology);
  const faults: Fault[] = [];
  for (const [kind, draw] of Object.entries(draws)) {
    if (topology.kind === "etcd" && kind === "kubeadm-renew") continue;
    const rare = seldom.has(kind as FaultKind);
    if (!chance.happens(rare ? 0.15 : 0.6)) continue;
    if (leftOut.has(kind as FaultKind)) continue;
    const count = rare ? 1 : chance.pick([0, 1, 1, 2, 5]);
    for (let drawn = 0; drawn < count; drawn++) faults.push(draw(chance, span));
  }
  return faults;
};
