import { formatName } from "../../../core/x509/names.ts";
import type { BlindSpot, IssuerFacts } from "../../../core/model/inventory.ts";
import type { EtcdCluster, KubernetesCluster } from "../../../core/model/estate.ts";
import { partFaults } from "../kubernetes/part-faults.ts";
import { endpointOf } from "../../etcd/connect.ts";
import { issuerNames, type Layout, type PlacedConsumer, type PlacedSlot } from "../layout.ts";
import type { Look } from "../look.ts";
import { hasProcess } from "../process.ts";
import { short } from "../wanted.ts";
import type { GatheredNode } from "./nodes.ts";

/** What could not be seen, each under a word by which an operator may accept it. */
export const blindSpots = async (
  look: Look,
  issuers: readonly IssuerFacts[],
  nodes: readonly GatheredNode[],
): Promise<readonly BlindSpot[]> => {
  const { layout } = look.at;
  const slots = await Promise.all(
    oneOfEachPlace(layout).map((slot) => slotSpots(look, slot, issuers, nodes)),
  );
  const processes = await Promise.all(
    [...layout.consumers.values()].map((consumer) => processSpots(look, consumer, nodes)),
  );
  return [
    ...clientsOutside(look),
    ...nodes.flatMap(unreachable),
    ...(await externalSpots(look)),
    ...slots.flat(),
    ...processes.flat(),
  ];
};

/** One for all of an estate: who accepts it has to know of all. */
const clientsOutside = ({ at: { layout } }: Look): readonly BlindSpot[] => {
  const { etcd, kubernetes } = layout;
  const parts = [
    ...(kubernetes === undefined ? [] : ofKubernetes(kubernetes)),
    // The clients of one that stands beside API servers are those, and whoever else the API's operator knows.
    ...(etcd === undefined || etcd === kubernetes?.etcd ? [] : ofEtcd(etcd)),
  ];
  const [first] = parts;
  if (first === undefined) return [];
  const all = (field: "where" | "why" | "cure"): string =>
    parts.map((one) => one[field]).join("; ");
  const issuers = [...new Set(parts.flatMap((one) => one.issuers))];
  return [{ id: first.id, where: all("where"), why: all("why"), cure: all("cure"), issuers }];
};

type ClientsOutside = readonly (BlindSpot & Required<Pick<BlindSpot, "issuers">>)[];

const ofKubernetes = (cluster: KubernetesCluster): ClientsOutside => {
  if (cluster.clientsComplete) return [];
  const { cluster: main, frontProxy, etcd } = cluster.issuers;
  const { host, port } = cluster.endpoint;
  return [
    {
      id: "clients-outside",
      where: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
      why: "whether others than the cluster's own programs and its workloads in the estate use its CAs is not known: kubeconfigs elsewhere, CI, monitoring, pods, and aggregated APIs with a CA file of their own would keep what they trust and show",
      cure: "give them the new CA and certificates, and name workloads under kubernetes.workloads in certwright.yaml; then say clientsComplete: true there",
      issuers: [main, frontProxy, ...(cluster.etcd === undefined ? [] : [etcd])],
    },
  ];
};

const ofEtcd = (cluster: EtcdCluster): ClientsOutside => {
  if (cluster.clientsComplete) return [];
  const { server, client } = cluster.issuers;
  const named = cluster.clients.map(({ name }) => name).join(", ") || "the API servers";
  return [
    {
      id: "clients-outside",
      where: cluster.members.map(endpointOf).join(", "),
      why: `whether others than ${named} use the cluster is not known: they would keep what they trust and show`,
      cure: "name every client under etcd.clients in certwright.yaml, and say clientsComplete: true",
      issuers: [...new Set([server, client])],
    },
  ];
};

const unreachable = ({ facts, cure }: GatheredNode): readonly BlindSpot[] =>
  facts.reachable
    ? []
    : [
        {
          id: `node:${facts.name}`,
          where: facts.name,
          why: facts.why ?? "it cannot be reached",
          cure: cure ?? "make it reachable, and gather again",
        },
      ];

/** A CA above one of ours that is none of ours: who else trusts it is its owner's knowledge. */
const externalSpots = async (look: Look): Promise<readonly BlindSpot[]> => {
  const spots: BlindSpot[] = [];
  const known = new Set(
    (await look.at.ports.authority.issuers()).flatMap(({ generations }) =>
      generations.map(({ keyId }) => keyId),
    ),
  );
  for (const name of issuerNames(look.at.layout)) {
    const { current } = await look.issuer(name);
    const root = current?.chain.at(-1);
    if (root === undefined || known.has(root.publicKey.id)) continue;
    spots.push({
      id: `external-ca:${name}`,
      where: name,
      why: `it stands below ${formatName(root.subject)}, which is not in this PKI`,
      cure: "ask that CA's owner who else trusts it",
      issuers: [name],
    });
  }
  return spots;
};

/** Several slots may be one file: what cannot be seen there is said once for an issuer. */
const oneOfEachPlace = ({ slots }: Layout): readonly PlacedSlot[] =>
  [
    ...new Map(
      [...slots.values()]
        .toReversed()
        .map((slot) => [JSON.stringify([slot.place, slot.role, slot.issuer]), slot]),
    ).values(),
  ].toReversed();

const slotSpots = async (
  look: Look,
  slot: PlacedSlot,
  issuers: readonly IssuerFacts[],
  nodes: readonly GatheredNode[],
): Promise<readonly BlindSpot[]> => {
  const content = await look.content(slot.id);
  const { path, node } = slot.place;
  const away = nodes.some(({ facts }) => facts.name === node && !facts.reachable);
  if (!content.ok) {
    // Said once for the whole node.
    if (away) return [];
    return [
      {
        id: `unreadable:${slot.id}`,
        where: path,
        why: content.why,
        cure:
          slot.place.form?.kind === "object"
            ? "let the user of your kubeconfig read it, and the API answer"
            : "let certwright read it: see access and sudo of the node in certwright.yaml",
        issuers: [slot.issuer],
      },
    ];
  }
  if (slot.role !== "trusts") return [];
  const issuer = issuers.find(({ name }) => name === slot.issuer);
  const ours = new Set(issuer?.generations.map(({ key }) => key));
  const chains = (await look.issuer(slot.issuer)).generations.flatMap(({ chain }) => chain);
  const strangers = content.value.certificates.filter(
    ({ publicKey, fingerprint }) =>
      !ours.has(publicKey.id) && !chains.some((one) => one.fingerprint === fingerprint),
  );
  if (strangers.length === 0) return [];
  const names = strangers.map((one) => `${formatName(one.subject)} (${short(one.fingerprint)})`);
  return [
    {
      id: `unknown-trust:${slot.id}`,
      where: path,
      why: `it also trusts ${names.join(", ")}, of no generation of ${slot.issuer}: who shows leaves of that is not known`,
      cure: `it stays as it is; if nobody needs it, take it out of ${path} first`,
      issuers: [slot.issuer],
    },
  ];
};

const processSpots = async (
  look: Look,
  consumer: PlacedConsumer,
  nodes: readonly GatheredNode[],
): Promise<readonly BlindSpot[]> => {
  if (!hasProcess(consumer)) return [];
  const node = consumer.node?.name ?? "";
  if (nodes.some(({ facts }) => facts.name === node && !facts.reachable)) return [];
  const process = await look.process(consumer.id);
  // One that does not answer is not running as far as anybody can tell; that is told elsewhere.
  if ((process.ok && process.value !== undefined) || !(await answers(look, consumer))) return [];
  return [
    {
      id: `process:${consumer.id}`,
      where: node,
      why: process.ok
        ? `it answers, but none of the programs there is known to be ${consumer.id}`
        : process.why,
      cure:
        consumer.kubernetes === undefined
          ? "start it with its configuration file, or with its name and data directory in its environment"
          : "let certwright see the processes there: see access and sudo of the node in certwright.yaml",
    },
  ];
};

const answers = async (look: Look, consumer: PlacedConsumer): Promise<boolean> => {
  if (consumer.kubernetes !== undefined) return (await partFaults(look, consumer)).length === 0;
  const state = (await look.members()).find(({ member }) => member === consumer.member);
  return state?.status.ok === true;
};
