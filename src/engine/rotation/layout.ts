import { etcdOf } from "../../core/estate/etcd-of.ts";
import type {
  Estate,
  EstateNode,
  EtcdClient,
  EtcdCluster,
  EtcdMember,
  KubernetesCluster,
  KubernetesWorkload,
  Service,
} from "../../core/model/estate.ts";
import type {
  Consumer,
  ConsumerId,
  Edge,
  EdgeId,
  Place,
  Slot,
  SlotId,
} from "../../core/model/inventory.ts";
import { parseIp } from "../../core/x509/ip.ts";
import {
  ports,
  probedVersions,
  slots as etcdSlots,
  type EtcdSlot,
} from "../../programs/etcd/slots.ts";
import { memberPaths } from "../etcd/layout.ts";
import { kubernetesParts } from "./kubernetes-layout.ts";

/** A slot as the estate says it should be; what is in it is another matter. */
export interface PlacedSlot extends Omit<Slot, "holds" | "serves" | "faults"> {
  /** In which version of HTTP its port answers. */
  readonly http: 1 | 2;
  /**
   * How its port tells whether a client is let in: etcd ends the handshake; kube-apiserver and the kubelet take any
   * client certificate in the handshake (tls.RequestClientCert) and answer HTTP 401 to one that they do not trust.
   * "request-header": a front proxy's, which is trusted in the name of a user that it tells.
   */
  readonly admission: "handshake" | "authentication" | "request-header";
}

/** What a consumer of a Kubernetes cluster is to it. */
export interface KubernetesPart {
  readonly kind:
    | "kube-apiserver"
    | "kube-controller-manager"
    | "kube-scheduler"
    | "kubelet"
    /** Nobody's process: files that kubeadm reads whenever somebody calls it. */
    | "kubeadm"
    /** Nobody's process: objects of the API. */
    | "object"
    | "workload";
  /** Of kind "workload". */
  readonly workload?: KubernetesWorkload;
}

/** A consumer with how the estate reaches and restarts it. */
export interface PlacedConsumer extends Pick<
  Consumer,
  "id" | "program" | "group" | "redundancy" | "turn" | "asks"
> {
  /** Absent: the operator's own machine. */
  readonly node?: EstateNode;
  /** "rollout": a workload, whose pods its controller replaces. */
  readonly service: Service | { readonly kind: "rollout" };
  /** Its slots in which nothing lies are not there: kubeadm does not write its files on every node. */
  readonly optional?: true;
  readonly member?: EtcdMember;
  readonly client?: EtcdClient;
  readonly kubernetes?: KubernetesPart;
}

/** Everything of an estate that a rotation knows of, by name. */
export interface Layout {
  readonly etcd?: EtcdCluster;
  /** Its members' group. */
  readonly etcdGroup?: string;
  readonly kubernetes?: KubernetesCluster;
  readonly consumers: ReadonlyMap<ConsumerId, PlacedConsumer>;
  readonly slots: ReadonlyMap<SlotId, PlacedSlot>;
  readonly edges: ReadonlyMap<EdgeId, Edge>;
}

export const memberConsumer = (member: EtcdMember): ConsumerId =>
  `${member.name}/etcd` as ConsumerId;
export const clientConsumer = (client: EtcdClient): ConsumerId =>
  `client/${client.name}` as ConsumerId;
export const memberSlot = (member: EtcdMember, slot: EtcdSlot["id"]): SlotId =>
  `${memberConsumer(member)}/${slot}` as SlotId;
const clientSlot = (client: EtcdClient, slot: "certificate" | "trust"): SlotId =>
  `${clientConsumer(client)}/${slot}` as SlotId;

/** The consumers, slots and edges of an estate. */
export const layoutOf = (estate: Estate): Layout => {
  const etcd = etcdOf(estate);
  const { kubernetes } = estate;
  const parts = [
    ...(etcd === undefined ? [] : [etcdParts(etcd)]),
    ...(kubernetes === undefined ? [] : [kubernetesParts(kubernetes, estate.etcd)]),
  ];
  return {
    ...(etcd === undefined ? {} : { etcd, etcdGroup: groupOf(etcd) }),
    ...(kubernetes === undefined ? {} : { kubernetes }),
    consumers: byId(parts.flatMap(({ consumers }) => consumers)),
    slots: byId(parts.flatMap(({ slots }) => slots)),
    edges: byId(parts.flatMap(({ edges }) => edges)),
  };
};

/** What a part of an estate adds to its layout. */
export interface LayoutParts {
  readonly consumers: readonly PlacedConsumer[];
  readonly slots: readonly PlacedSlot[];
  readonly edges: readonly Edge[];
}

const byId = <T extends { readonly id: string }>(all: readonly T[]): ReadonlyMap<T["id"], T> =>
  new Map(all.map((one) => [one.id, one]));

const groupOf = ({ name }: EtcdCluster): string => `etcd/${name}`;

/** The consumers, slots and edges of an etcd cluster and its clients. */
const etcdParts = (cluster: EtcdCluster): LayoutParts => {
  const group = groupOf(cluster);
  const consumers = [
    ...cluster.members.map((member) => consumerOfMember(member, group)),
    ...cluster.clients.map(consumerOfClient),
  ];
  const slots = [
    ...cluster.members.flatMap((member) => slotsOfMember(cluster, member)),
    ...cluster.clients.flatMap((client) => slotsOfClient(cluster, client)),
  ];
  const edges = [
    ...cluster.clients.flatMap((client) =>
      cluster.members.map((member) => clientEdge(client, member)),
    ),
    ...cluster.members.flatMap((from) =>
      cluster.members.filter((to) => to !== from).map((to) => peerEdge(from, to)),
    ),
  ];
  return { consumers, slots, edges };
};

/** The slots of one consumer, in the program's order. */
export const slotsOf = (layout: Layout, consumer: ConsumerId): readonly PlacedSlot[] =>
  [...layout.slots.values()].filter((slot) => slot.consumer === consumer);

/** All members of its group, itself too. */
export const groupMembers = (
  { consumers }: Layout,
  { group }: Pick<PlacedConsumer, "group">,
): readonly PlacedConsumer[] => [...consumers.values()].filter((one) => one.group === group);

/** The issuers that slots name, each once. */
export const issuerNames = ({ slots }: Layout): readonly string[] => [
  ...new Set([...slots.values()].map(({ issuer }) => issuer)),
];

const consumerOfMember = (member: EtcdMember, group: string): PlacedConsumer => ({
  id: memberConsumer(member),
  program: "etcd",
  group,
  node: member.node,
  service: member.service,
  member,
});

const consumerOfClient = (client: EtcdClient): PlacedConsumer => ({
  id: clientConsumer(client),
  program: "client",
  service: client.service,
  client,
  ...(client.node === undefined ? {} : { node: client.node }),
});

const slotsOfMember = (cluster: EtcdCluster, member: EtcdMember): readonly PlacedSlot[] => {
  const paths = memberPaths(member);
  const host = member.node.addresses[0]!.value;
  const { peer, server, client } = cluster.issuers;
  const of: Readonly<
    Record<EtcdSlot["id"], Pick<PlacedSlot, "role" | "issuer"> & { path: string; key?: string }>
  > = {
    server: {
      role: "presents",
      issuer: server,
      path: paths.serverCertificate,
      key: paths.serverKey,
    },
    peer: { role: "presents", issuer: peer, path: paths.peerCertificate, key: paths.peerKey },
    "client-trust": { role: "trusts", issuer: client, path: paths.clientTrust },
    "peer-trust": { role: "trusts", issuer: peer, path: paths.peerTrust },
  };
  return etcdSlots.map(({ id, reload, port }) => {
    const { role, issuer, path, key } = of[id];
    const place: Place = {
      node: member.node.name,
      path,
      owner: cluster.owner,
      ...(key === undefined ? {} : { key }),
    };
    return {
      id: memberSlot(member, id),
      consumer: memberConsumer(member),
      role,
      issuer,
      reload,
      basis: probedVersions.includes(cluster.version) ? "probed" : "documented",
      place,
      port: { host, port: port === "client" ? member.clientPort : member.peerPort },
      http: ports[port].http,
      admission: "handshake",
    };
  });
};

const slotsOfClient = (cluster: EtcdCluster, client: EtcdClient): readonly PlacedSlot[] => {
  const { reload, node } = client;
  const at = node === undefined ? {} : { node: node.name };
  const common = {
    consumer: clientConsumer(client),
    reload,
    http: 2,
    admission: "handshake",
    // What a client does with its files is its owner's word.
    basis: "assumed",
  } as const;
  return [
    {
      ...common,
      id: clientSlot(client, "certificate"),
      role: "presents",
      issuer: cluster.issuers.client,
      place: { ...at, path: client.certificate, key: client.key },
    },
    {
      ...common,
      id: clientSlot(client, "trust"),
      role: "trusts",
      issuer: cluster.issuers.server,
      place: { ...at, path: client.trust },
    },
  ];
};

const clientEdge = (client: EtcdClient, member: EtcdMember): Edge => ({
  id: `${clientConsumer(client)}>${memberConsumer(member)}` as EdgeId,
  client: clientConsumer(client),
  server: memberConsumer(member),
  name: member.node.addresses[0]!.value,
  serverPresents: memberSlot(member, "server"),
  clientTrusts: clientSlot(client, "trust"),
  clientPresents: clientSlot(client, "certificate"),
  serverTrusts: memberSlot(member, "client-trust"),
});

/** Go's TLS client verifies the host of the peer's URL, which is the first address of its node. */
const peerEdge = (from: EtcdMember, to: EtcdMember): Edge => ({
  id: `${memberConsumer(from)}>${memberConsumer(to)}:peer` as EdgeId,
  client: memberConsumer(from),
  server: memberConsumer(to),
  name: to.node.addresses[0]!.value,
  serverPresents: memberSlot(to, "peer"),
  clientTrusts: memberSlot(from, "peer-trust"),
  clientPresents: memberSlot(from, "peer"),
  serverTrusts: memberSlot(to, "peer-trust"),
});

/** What a client of the edge verifies its server for, for the path builder. */
export const referenceOf = ({
  name,
}: Edge): { readonly kind: "dns" | "ip"; readonly value: string } => ({
  kind: parseIp(name) === undefined ? "dns" : "ip",
  value: name,
});
