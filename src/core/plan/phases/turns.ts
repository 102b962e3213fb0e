import type { Consumer, Turn } from "../../model/inventory.ts";
import type { Step } from "../../model/plan.ts";

/**
 * In what order programs of a Kubernetes cluster are changed: what others rest on first. An API server meets its etcd
 * again before anything meets the API server; a controller-manager publishes what pods trust; kubelets come when every
 * API server shows what they are to see; workloads when what they are to read has been published. 0: everything else.
 */
const ranks: Readonly<Record<string, number>> = {
  "kube-apiserver": 1,
  "kube-controller-manager": 2,
  // Neither needs the other: each group goes one by one, beside the other group.
  "kube-scheduler": 2,
  kubelet: 4,
  // Its key changes when the certificate beside it has changed for all who read that.
  kubeadm: 5,
  object: 6,
  workload: 7,
};

export const rankOf = ({ program }: Consumer): number => ranks[program] ?? 0;

/**
 * What all pods need before those that need it: their network, the rules of Services, names. Then those that act on
 * others, so that whoever is replaced later is looked after meanwhile; who lets the world in when what stands behind
 * it has been left in peace for longest; the rest.
 */
export const turns: readonly Turn[] = ["network", "proxy", "dns", "controller", "ingress", "rest"];

const workloadRank = ({ id, program, turn }: Consumer): number => {
  if (program !== "workload") return 0;
  return turns.indexOf(turn ?? turnByName(id));
};

/** Of one that was listed and not looked at: kubeadm's own by their names, others on every node may be its network. */
const turnByName = (id: Consumer["id"]): Turn => {
  const [kind, , name] = id.split("/");
  if (name === "kube-proxy") return "proxy";
  if (name === "coredns") return "dns";
  return kind === "daemonset" ? "network" : "rest";
};

/** Followers first: their absence costs no election. */
const leadersLast = (consumers: readonly Consumer[]): readonly Consumer[] => [
  ...consumers.filter(({ leader }) => leader !== true),
  ...consumers.filter(({ leader }) => leader === true),
];

/** One after the other as far as they depend on each other, leaders last among their like. */
export const inTurn = (consumers: readonly Consumer[]): readonly Consumer[] => {
  const sorted = leadersLast(consumers).toSorted(
    (a, b) => rankOf(a) - rankOf(b) || workloadRank(a) - workloadRank(b),
  );
  const servers = apiServersByMember(consumers);
  const paired = new Set([...servers.values()].map(({ id }) => id));
  return sorted.flatMap((consumer) => {
    if (paired.has(consumer.id)) return [];
    const server = servers.get(consumer.id);
    return server === undefined ? [consumer] : [consumer, server];
  });
};

/**
 * API servers by the etcd member on the same node, which is the one that they use. Such a pair goes through its restarts
 * together: an API server that has lost its member answers nobody until it dials again, and that takes up to half a
 * minute; restarted at once it dials at once, and no second one is away meanwhile.
 */
export const apiServersByMember = (
  consumers: readonly Consumer[],
): ReadonlyMap<Consumer["id"], Consumer> => {
  const servers = new Map(
    consumers.flatMap((one) =>
      one.program === "kube-apiserver" && one.node !== undefined ? [[one.node, one] as const] : [],
    ),
  );
  return new Map(
    consumers.flatMap(({ id, program, node = "" }) => {
      const server = program === "etcd" ? servers.get(node) : undefined;
      return server === undefined ? [] : [[id, server] as const];
    }),
  );
};

/** Nodes without their kubelet at once: a tenth, as a cluster with room for a broken node in ten has it anyway. */
const nodesAtOnce = 0.1;

const kubeletsAtOnce = (consumers: readonly Consumer[]): number =>
  Math.max(
    1,
    Math.floor(consumers.filter(({ program }) => program === "kubelet").length * nodesAtOnce),
  );

/** Groups of standbys of which one may be away while one of another group is. */
const standbys = ["kube-controller-manager", "kube-scheduler"] as const;

/**
 * Says of a disruptive step what of these may be away beside its consumer. What a scheduler takes for its restart passes
 * while a controller-manager takes longer. `waiting`: each waits for the one before it in its lane; on the way back nobody
 * does, and two of one group might be away.
 */
export const besideIn = (
  consumers: readonly Consumer[],
  { waiting }: { readonly waiting: boolean },
): ((consumer: Consumer, step: Step) => Step) => {
  const kubelets = kubeletsAtOnce(consumers);
  const groups = standbys.filter((name) => consumers.some(({ program }) => program === name));
  return ({ program }, step) => {
    if (program === "kubelet" && kubelets > 1) {
      return { ...step, beside: { word: "kubelet", most: kubelets } };
    }
    if (!waiting || groups.length < 2 || !groups.some((name) => name === program)) return step;
    const { imposed, ...rest } = step;
    return {
      ...rest,
      ...(imposed === undefined || program === "kube-scheduler" ? {} : { imposed }),
      beside: { word: "standby", most: groups.length },
    };
  };
};

/**
 * Who has to be back before another one of the same lane is taken away: members of a group, API servers with the etcd
 * members that they use. None for those that nobody stands in for.
 */
export const lanesOf = (consumers: readonly Consumer[]): ReadonlyMap<Consumer["id"], string> => {
  const kubelets = consumers.filter(({ program }) => program === "kubelet");
  const lanes = kubeletsAtOnce(consumers);
  const servers = apiServersByMember(consumers);
  const pairs = consumers.flatMap(({ id, group }) => {
    const server = servers.get(id);
    return server === undefined || group === undefined ? [] : [[server.id, group] as const];
  });
  return new Map([
    ...kubelets.map(({ id }, index) => [id, `kubelet ${index % lanes}`] as const),
    ...consumers.flatMap(({ id, group, service }) => {
      if (service === "rollout") return [[id, "rollout"] as const];
      return group === undefined ? [] : [[id, group] as const];
    }),
    ...pairs,
  ]);
};
