import { settle } from "../../src/core/estate/settle.ts";
import type { Consumer, ConsumerId, SlotId } from "../../src/core/model/inventory.ts";
import { isHome, signingFlags } from "../../src/core/plan/signers.ts";
import {
  layoutOf,
  type Layout,
  type PlacedConsumer,
  type PlacedSlot,
} from "../../src/engine/rotation/layout.ts";
import { createWallClock, epoch } from "../clock.ts";
import { symbolicDigest } from "../symbolic-digest.ts";
import { keyNamed, makeCertificate, type SymbolicCertificate } from "./certificate.ts";
import { besideOf } from "./place.ts";
import { nothing } from "./contents.ts";
import type {
  SimulatedConsumer,
  SimulatedEstate,
  SimulatedGeneration,
  SimulatedGroup,
  SimulatedNode,
  SimulatedSlot,
  SlotFile,
} from "./state.ts";
import type { KubernetesTopology } from "./topology.ts";

const day = 86_400_000;

/**
 * A cluster of kubeadm's: the consumers, slots, reload rules and edges are those that the engine lays out for real ones
 * of that version (src/engine/rotation, src/programs).
 */
export const buildKubernetes = (
  topology: KubernetesTopology,
  monotonic: () => number,
  skew: number,
): SimulatedEstate => {
  const clock = createWallClock(monotonic, skew);
  const born = clock.now() - 300 * day;
  const layout = layoutIn(topology);
  const issuers = new Map<string, SimulatedGeneration[]>();
  for (const { issuer } of layout.slots.values()) {
    if (!issuers.has(issuer)) issuers.set(issuer, [firstGeneration(issuer, born)]);
  }
  const leaves = new Map<SymbolicCertificate["fingerprint"], SymbolicCertificate>();
  const leafOf = ({ id, issuer }: PlacedSlot): SymbolicCertificate => {
    const leaf = makeCertificate(id, {
      key: keyNamed(id),
      signedBy: issuers.get(issuer)![0]!.key,
      ca: false,
      issuer,
      generation: 1,
      subject: `CN=${id}`,
      notBefore: born,
      notAfter: clock.now() + 65 * day,
    });
    leaves.set(leaf.fingerprint, leaf);
    return leaf;
  };
  const fileOf = (slot: PlacedSlot): SlotFile => {
    const { certificate, key } = issuers.get(slot.issuer)![0]!;
    const bytes = symbolicDigest(`as found ${slot.id}`);
    const common = { bytes, mode: 0o644, changedAt: born };
    if (slot.role === "trusts") {
      // One file has one content, whoever reads it.
      const shared = symbolicDigest(`as found bundle of ${slot.issuer} on ${slot.place.node}`);
      return { ...common, certificates: [certificate], bytes: shared };
    }
    if (isHome(slot)) return { ...common, certificates: [], key };
    // Before a rotation splits it off, a controller-manager signs with kubeadm's own files.
    if (slot.role === "signs") return nothing;
    const leaf = leafOf(slot);
    return { ...common, certificates: [leaf], key: leaf.key };
  };

  const truth = new Map(
    topology.workloads.map(({ kind, namespace, name, reload }) => [
      `${kind.toLowerCase()}/${namespace}/${name}`,
      reload,
    ]),
  );
  const slots = new Map<SlotId, SimulatedSlot>();
  for (const slot of layout.slots.values()) {
    const { http: _http, admission: _admission, ...facts } = slot;
    const disk = fileOf(slot);
    const reload = truth.get(slot.consumer) ?? (slot.reload === "unknown" ? "start" : slot.reload);
    slots.set(slot.id, { facts, reload, disk, memory: disk });
  }
  const consumers = new Map<ConsumerId, SimulatedConsumer>();
  for (const consumer of layout.consumers.values()) {
    const own = [...slots.values()].filter(({ facts }) => facts.consumer === consumer.id);
    consumers.set(
      consumer.id,
      consumerOf(consumer, own, consumers.size, flagsOf(layout, consumer)),
    );
  }
  return {
    lineage: "simulated",
    serial: 1,
    nodes: new Map(
      [...topology.masters, ...topology.workers].map((node): [string, SimulatedNode] => [
        node.name,
        { name: node.name, clock: createWallClock(monotonic, node.skew), cutUntil: 0 },
      ]),
    ),
    consumers,
    groups: groupsOf([...layout.consumers.values()]),
    slots,
    beside: besideOf([...layout.slots.values()]),
    edges: [...layout.edges.values()],
    issuers,
    backups: new Map(),
    strangers: [firstGeneration("", born).certificate],
    clientsComplete: topology.clientsComplete,
    clock,
    trueTime: () => epoch + monotonic(),
    leaves,
  };
};

const layoutIn = (topology: KubernetesTopology): Layout => {
  const { version, masters, workers, workloads } = topology;
  const settled = settle(
    {
      nodes: Object.fromEntries(
        [...masters, ...workers].map(({ name }) => [name, { addresses: [name] }]),
      ),
      kubernetes: {
        cluster: "simulated",
        version,
        kubeconfig: "/root/.kube/config",
        endpoint: "api.example.org:6443",
        controlPlane: masters.map(({ name }) => name),
        workers: workers.map(({ name }) => name),
        workloads: workloads.map(({ kind, namespace, name }) => ({ kind, namespace, name })),
        clientsComplete: topology.clientsComplete,
      },
    },
    (path) => path,
  );
  if (!settled.ok) throw new RangeError(JSON.stringify(settled));
  const layout = layoutOf(settled.estate);
  // Keys that sign tokens are no certificates: they are not in the model.
  const { cluster, frontProxy, etcd } = settled.estate.kubernetes!.issuers;
  const modelled = new Set([cluster, frontProxy, etcd]);
  return {
    ...layout,
    slots: new Map([...layout.slots].filter(([, { issuer }]) => modelled.has(issuer))),
  };
};

const firstGeneration = (issuer: string, born: number): SimulatedGeneration => {
  const key = keyNamed(`${issuer} 1`);
  const certificate = makeCertificate(`${issuer} 1`, {
    key,
    signedBy: key,
    ca: true,
    issuer,
    generation: issuer === "" ? 0 : 1,
    subject: issuer === "" ? "CN=somebody else's" : `CN=${issuer} 1`,
    notBefore: born,
    notAfter: born + 3650 * day,
  });
  return { number: 1, key, certificate, crossSigns: [], mayCrossSign: true, stage: "issuing" };
};

const consumerOf = (
  { id, program, node, group, redundancy, service }: PlacedConsumer,
  slots: readonly SimulatedSlot[],
  index: number,
  flags: Readonly<Record<string, string>> | undefined,
): SimulatedConsumer => ({
  id,
  program,
  service: service.kind,
  slots: slots.map(({ facts }) => facts.id),
  ...(node === undefined ? {} : { node: node.name }),
  ...(group === undefined ? {} : { group }),
  ...(redundancy === undefined ? {} : { redundancy }),
  ...(flags === undefined ? {} : { flags }),
  state: "up",
  since: 0,
  settledAt: 0,
  pid: 1000 + index * 10,
  startedAt: -day,
  starts: 0,
});

/** As kubeadm writes them: a controller-manager signs with the CA's own files. */
const flagsOf = (
  { slots }: Layout,
  { program, node }: PlacedConsumer,
): Readonly<Record<string, string>> | undefined => {
  if (program !== "kube-controller-manager") return undefined;
  const home = [...slots.values()].find(
    (slot) => isHome(slot) && slot.place.node === node?.name && slot.id.endsWith("/kubeadm/ca"),
  );
  return home === undefined ? undefined : signingFlags(home.place);
};

/** etcd's comes first; of API servers nobody leads. */
const groupsOf = (
  consumers: readonly Pick<Consumer & PlacedConsumer, "id" | "group" | "redundancy">[],
): ReadonlyMap<string, SimulatedGroup> => {
  const groups = new Map<string, SimulatedGroup>();
  for (const { group, redundancy = "quorum" } of consumers) {
    if (group === undefined || groups.has(group)) continue;
    const members = consumers.flatMap((one) => (one.group === group ? [one.id] : []));
    const leader = redundancy === "any" ? undefined : members[0];
    groups.set(group, { name: group, redundancy, members, leader });
  }
  return groups;
};
