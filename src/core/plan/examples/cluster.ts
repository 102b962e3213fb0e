import type { Fingerprint, Instant, KeyId } from "../../model/certificate.ts";
import type { Digests } from "../../model/cryptography.ts";
import type {
  CertificateFacts,
  Consumer,
  ConsumerId,
  Digest,
  Edge,
  EdgeId,
  GenerationFacts,
  Inventory,
  IssuerFacts,
  Reload,
  Slot,
  SlotId,
} from "../../model/inventory.ts";
import { inventoryDigest } from "../../inventory/parts.ts";

/** An etcd cluster as gather would find it, for tests and the simulator: healthy, every leaf from generation 1. */
export interface ExampleCluster {
  readonly digests: Digests;
  readonly now: Instant;
  readonly members: number;
  /** One issuer for everything, as kubeadm has it, or one each for peers, servers and clients. */
  readonly issuers: "shared" | "three";
  readonly clients: readonly ExampleClient[];
  /** Without the operator's word that these are all clients, there is a blind spot. */
  readonly clientsComplete: boolean;
  /** Cluster's name; needed when two are put into one inventory. */
  readonly name?: string;
}

export interface ExampleClient {
  readonly name: string;
  readonly reload: Reload;
  /** "none": certwright cannot restart it. */
  readonly service: Consumer["service"];
}

const day = 86_400_000;
const issuerNames = {
  shared: { peer: "etcd-ca", server: "etcd-ca", client: "etcd-ca" },
  three: { peer: "etcd-peer-ca", server: "etcd-server-ca", client: "etcd-client-ca" },
} as const;

/** 64 digits that are the same for the same words, without a hash: letters as hexadecimal digits, folded. */
const named = (digests: Digests, words: string): string =>
  digests.sha256Hex(Uint8Array.from(words, (letter) => letter.charCodeAt(0)));

export const exampleCluster = (example: ExampleCluster): Inventory => {
  const { digests, now, name: cluster = "main" } = example;
  const names = issuerNames[example.issuers];
  const certificates: CertificateFacts[] = [];
  const certificate = (words: string, signedBy: string, ca: boolean): Fingerprint => {
    const fingerprint = named(digests, `certificate ${words}`) as Fingerprint;
    certificates.push({
      fingerprint,
      key: named(digests, `key ${words}`) as KeyId,
      subject: `CN=${words}`,
      issuer: `CN=${signedBy}`,
      signedBy: named(digests, `key ${signedBy}`) as KeyId,
      notBefore: now - 30 * day,
      notAfter: now + (ca ? 3650 : 335) * day,
      ca,
    });
    return fingerprint;
  };
  const issuers = [...new Set(Object.values(names))].map((name): IssuerFacts => {
    const own = certificate(`${name} 1`, `${name} 1`, true);
    const generation: GenerationFacts = {
      number: 1,
      stage: "issuing",
      key: named(digests, `key ${name} 1`) as KeyId,
      certificate: own,
      crossSigns: [],
      notBefore: now - 30 * day,
      notAfter: now + 3650 * day,
      canSign: true,
    };
    return { name, generations: [generation] };
  });
  const caOf = new Map(issuers.map(({ name, generations }) => [name, generations[0]!.certificate]));
  const consumers: Consumer[] = [];
  const slots: Slot[] = [];
  const edges: Edge[] = [];

  const slot = (
    consumer: Consumer,
    id: SlotId,
    file: string,
    fields: Pick<Slot, "role" | "issuer" | "reload"> & Partial<Pick<Slot, "port">>,
  ): void => {
    const held =
      fields.role === "trusts"
        ? caOf.get(fields.issuer)!
        : certificate(String(id), `${fields.issuer} 1`, false);
    slots.push({
      id,
      consumer: consumer.id,
      basis: "probed",
      place: {
        ...(consumer.node === undefined ? {} : { node: consumer.node }),
        path: `/etc/${consumer.id}/${file}.crt`,
        ...(fields.role === "presents" ? { key: `/etc/${consumer.id}/${file}.key` } : {}),
      },
      holds: {
        digest: named(digests, `bytes of ${id}`) as Digest,
        certificates: [held],
        mode: 0o644,
        changedAt: now - 29 * day,
      },
      ...(fields.role === "presents" && fields.port !== undefined ? { serves: [held] } : {}),
      ...fields,
    });
  };

  const members = Array.from({ length: example.members }, (_, index) => {
    const node = example.name === undefined ? `etcd-${index + 1}` : `${cluster}-${index + 1}`;
    const consumer: Consumer = {
      id: `${node}/etcd` as ConsumerId,
      program: "etcd",
      version: "3.6",
      node,
      group: `etcd/${cluster}`,
      service: "systemd",
      process: { pid: 100 + index, startedAt: now - 28 * day },
      healthy: true,
      leader: index === 0,
    };
    consumers.push(consumer);
    const client = { host: node, port: 2379 };
    const peer = { host: node, port: 2380 };
    const id = (word: string) => `${consumer.id}/${word}` as SlotId;
    slot(consumer, id("server"), "server", {
      role: "presents",
      issuer: names.server,
      reload: "handshake",
      port: client,
    });
    slot(consumer, id("peer"), "peer", {
      role: "presents",
      issuer: names.peer,
      reload: "handshake",
      port: peer,
    });
    slot(consumer, id("client-trust"), "client-ca", {
      role: "trusts",
      issuer: names.client,
      reload: "start",
      port: client,
    });
    slot(consumer, id("peer-trust"), "peer-ca", {
      role: "trusts",
      issuer: names.peer,
      reload: "start",
      port: peer,
    });
    return consumer;
  });
  for (const client of members) {
    for (const server of members) {
      if (client === server) continue;
      edges.push({
        id: `${client.id}>${server.id}:peer` as EdgeId,
        client: client.id,
        server: server.id,
        name: server.node!,
        serverPresents: `${server.id}/peer` as SlotId,
        clientTrusts: `${client.id}/peer-trust` as SlotId,
        clientPresents: `${client.id}/peer` as SlotId,
        serverTrusts: `${server.id}/peer-trust` as SlotId,
      });
    }
  }
  for (const { name, reload, service } of example.clients) {
    const id = (
      example.name === undefined ? `client/${name}` : `client/${cluster}-${name}`
    ) as ConsumerId;
    const consumer: Consumer = { id, program: "client", service };
    consumers.push(consumer);
    slot(consumer, `${id}/certificate` as SlotId, "client", {
      role: "presents",
      issuer: names.client,
      reload,
    });
    slot(consumer, `${id}/trust` as SlotId, "server-ca", {
      role: "trusts",
      issuer: names.server,
      reload,
    });
    for (const server of members) {
      edges.push({
        id: `${id}>${server.id}` as EdgeId,
        client: id,
        server: server.id,
        name: server.node!,
        serverPresents: `${server.id}/server` as SlotId,
        clientTrusts: `${id}/trust` as SlotId,
        clientPresents: `${id}/certificate` as SlotId,
        serverTrusts: `${server.id}/client-trust` as SlotId,
      });
    }
  }
  const inventory: Inventory = {
    format: "certwright.inventory/1",
    digest: "" as Digest,
    takenAt: now,
    estate: { lineage: "example", serial: 1 },
    certificates,
    issuers,
    nodes: members.map(({ node }) => ({
      name: node!,
      access: "ssh",
      reachable: true,
      clockSkew: 0,
    })),
    consumers,
    slots,
    edges,
    blind: example.clientsComplete
      ? []
      : [
          {
            id: "clients-outside",
            where: `clients of etcd/${cluster}`,
            why: "nobody said that the clients in the estate are all there are",
            cure: "set etcd.clientsComplete: true in the estate file once they are",
          },
        ],
  };
  return { ...inventory, digest: inventoryDigest(inventory, digests) };
};
