import type { KeyId } from "../../src/core/model/certificate.ts";
import type { ConsumerId, Edge, EdgeId, SlotId } from "../../src/core/model/inventory.ts";
import { slots as etcdSlots } from "../../src/programs/etcd/slots.ts";
import { createWallClock, epoch } from "../clock.ts";
import { symbolicDigest } from "../symbolic-digest.ts";
import { type SymbolicCertificate, keyNamed, makeCertificate } from "./certificate.ts";
import type {
  SimulatedConsumer,
  SimulatedEstate,
  SimulatedGeneration,
  SimulatedGroup,
  SimulatedNode,
  SimulatedSlot,
  SlotFile,
} from "./state.ts";
import type { EtcdTopology, TopologyClient, TopologyMember } from "./topology.ts";

export const group = "etcd/main";
const day = 86_400_000;

/** An etcd cluster with its clients as it stood before certwright came: generation 1 everywhere. */
export const buildEtcd = (
  topology: EtcdTopology,
  monotonic: () => number,
  skew: number,
): SimulatedEstate => {
  const clock = createWallClock(monotonic, skew);
  const born = clock.now() - 300 * day;
  const issuers = new Map<string, SimulatedGeneration[]>();
  for (const name of new Set(Object.values(topology.issuers))) {
    const key = keyNamed(`${name} 1`);
    const certificate = makeCertificate(`${name} 1`, {
      key,
      signedBy: key,
      ca: true,
      issuer: name,
      generation: 1,
      subject: `CN=${name} 1`,
      notBefore: born,
      notAfter: born + 3650 * day,
    });
    const mayCrossSign = !topology.unableToCrossSign.includes(name);
    issuers.set(name, [
      { number: 1, key, certificate, crossSigns: [], mayCrossSign, stage: "issuing" },
    ]);
  }
  const stranger = makeCertificate("stranger", {
    key: keyNamed("stranger"),
    signedBy: keyNamed("stranger"),
    ca: true,
    issuer: "",
    generation: 0,
    subject: "CN=somebody else's",
    notBefore: born,
    notAfter: born + 3650 * day,
  });

  const nodes = new Map<string, SimulatedNode>();
  const consumers = new Map<ConsumerId, SimulatedConsumer>();
  const slots = new Map<SlotId, SimulatedSlot>();
  const leaves = new Map<SymbolicCertificate["fingerprint"], SymbolicCertificate>();

  const bundle = (issuer: string, place: string): SlotFile => ({
    certificates: [
      issuers.get(issuer)![0]!.certificate,
      ...(topology.stranger && place.includes("-trust") ? [stranger] : []),
    ],
    bytes: symbolicDigest(`as found ${place}`),
    mode: 0o644,
    changedAt: born,
  });
  const leaf = (issuer: string, place: string, daysLeft: number): SlotFile => {
    const key: KeyId = keyNamed(place);
    const certificate = makeCertificate(place, {
      key,
      signedBy: issuers.get(issuer)![0]!.key,
      ca: false,
      issuer,
      generation: 1,
      subject: `CN=${place}`,
      notBefore: born,
      notAfter: clock.now() + daysLeft * day,
    });
    leaves.set(certificate.fingerprint, certificate);
    return {
      certificates: [certificate],
      key,
      bytes: symbolicDigest(`as found ${place}`),
      mode: 0o644,
      changedAt: born,
    };
  };
  const addSlot = (
    facts: Omit<SimulatedSlot["facts"], "basis">,
    reload: "handshake" | "start",
    file: SlotFile,
  ): SlotId => {
    slots.set(facts.id, {
      facts: { ...facts, basis: facts.reload === "unknown" ? "assumed" : "probed" },
      reload,
      disk: file,
      memory: file,
    });
    return facts.id;
  };
  const addConsumer = (
    facts: Pick<SimulatedConsumer, "id" | "program" | "service" | "slots"> & {
      readonly node?: string;
      readonly group?: string;
    },
  ): void => {
    const pid = 1000 + consumers.size * 10;
    const process = { state: "up", since: 0, settledAt: 0, pid, startedAt: -day, starts: 0 };
    consumers.set(facts.id, { ...facts, ...process } as SimulatedConsumer);
  };

  const addMember = ({ name, skew: memberSkew, daysLeft }: TopologyMember): void => {
    nodes.set(name, { name, clock: createWallClock(monotonic, memberSkew), cutUntil: 0 });
    const id = `${name}/etcd` as ConsumerId;
    const ids = etcdSlots.map(({ id: word, reload }) => {
      const slot = `${name}/etcd/${word}` as SlotId;
      const role = word.endsWith("-trust") ? "trusts" : "presents";
      const issuer =
        word === "server"
          ? topology.issuers.server
          : word === "client-trust"
            ? topology.issuers.client
            : topology.issuers.peer;
      const path = `/etc/etcd/pki/${word}.crt`;
      const key = role === "presents" ? { key: `/etc/etcd/pki/${word}.key` } : {};
      const port = word === "peer" || word === "peer-trust" ? 2380 : 2379;
      return addSlot(
        {
          id: slot,
          consumer: id,
          role,
          issuer,
          reload,
          place: { node: name, path, owner: { user: "etcd" }, ...key },
          port: { host: name, port },
        },
        reload,
        role === "trusts" ? bundle(issuer, slot) : leaf(issuer, slot, daysLeft),
      );
    });
    addConsumer({ id, program: "etcd", node: name, group, service: "systemd", slots: ids });
  };

  const addClient = ({ name, reload, told, service, apart }: TopologyClient): void => {
    const node = apart ? `${name}-host` : undefined;
    if (node !== undefined)
      nodes.set(node, { name: node, clock: createWallClock(monotonic, 0), cutUntil: 0 });
    const on = node === undefined ? {} : { node };
    const id = `client/${name}` as ConsumerId;
    const folder = `/etc/${name}`;
    const certificate = addSlot(
      {
        id: `client/${name}/certificate` as SlotId,
        consumer: id,
        role: "presents",
        issuer: topology.issuers.client,
        reload: told,
        place: { path: `${folder}/client.crt`, key: `${folder}/client.key`, ...on },
      },
      reload,
      leaf(topology.issuers.client, `client/${name}/certificate`, 60),
    );
    const trust = addSlot(
      {
        id: `client/${name}/trust` as SlotId,
        consumer: id,
        role: "trusts",
        issuer: topology.issuers.server,
        reload: told,
        place: { path: `${folder}/ca.crt`, ...on },
      },
      reload,
      bundle(topology.issuers.server, `client/${name}/trust`),
    );
    addConsumer({ id, program: "client", service, slots: [certificate, trust], ...on });
  };

  topology.members.forEach(addMember);
  topology.clients.forEach(addClient);
  const members = topology.members.map(({ name }) => `${name}/etcd` as ConsumerId);
  const groups = new Map<string, SimulatedGroup>([
    [group, { name: group, redundancy: "quorum", members, leader: members[0] }],
  ]);
  return {
    lineage: "simulated",
    serial: 1,
    nodes,
    consumers,
    groups,
    slots,
    beside: new Map(),
    edges: edgesOf(topology),
    issuers,
    backups: new Map(),
    strangers: [stranger],
    clientsComplete: topology.clientsComplete,
    clock,
    trueTime: () => epoch + monotonic(),
    leaves,
  };
};

const edgesOf = ({ members, clients }: EtcdTopology): readonly Edge[] => [
  ...members.flatMap((client) =>
    members
      .filter((server) => server !== client)
      .map((server) => ({
        id: `${client.name}/etcd>${server.name}/etcd:peer` as EdgeId,
        client: `${client.name}/etcd` as ConsumerId,
        server: `${server.name}/etcd` as ConsumerId,
        name: server.name,
        serverPresents: `${server.name}/etcd/peer` as SlotId,
        clientTrusts: `${client.name}/etcd/peer-trust` as SlotId,
        clientPresents: `${client.name}/etcd/peer` as SlotId,
        serverTrusts: `${server.name}/etcd/peer-trust` as SlotId,
      })),
  ),
  ...clients.flatMap((client) =>
    members.map((server) => ({
      id: `client/${client.name}>${server.name}/etcd` as EdgeId,
      client: `client/${client.name}` as ConsumerId,
      server: `${server.name}/etcd` as ConsumerId,
      name: server.name,
      serverPresents: `${server.name}/etcd/server` as SlotId,
      clientTrusts: `client/${client.name}/trust` as SlotId,
      clientPresents: `client/${client.name}/certificate` as SlotId,
      serverTrusts: `${server.name}/etcd/client-trust` as SlotId,
    })),
  ),
];
