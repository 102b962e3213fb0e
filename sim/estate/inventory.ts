import type { Digests } from "../../src/core/model/cryptography.ts";
import type {
  BlindSpot,
  CertificateFacts,
  Consumer,
  Digest,
  Inventory,
  NodeFacts,
  Slot,
} from "../../src/core/model/inventory.ts";
import { inventoryDigest } from "../../src/core/inventory/parts.ts";
import type { SymbolicCertificate } from "./certificate.ts";
import { isHome } from "../../src/core/plan/signers.ts";
import { startTold } from "./process.ts";
import { kubeadmPair } from "./signing.ts";
import { edgeFault } from "./verify-edge.ts";
import type { SimulatedConsumer, SimulatedEstate, SimulatedNode, SimulatedSlot } from "./state.ts";

const signsWith = ({ flags }: SimulatedConsumer): Pick<Consumer, "signsWith"> => {
  const path = flags?.["cluster-signing-cert-file"];
  return path === undefined ? {} : { signsWith: path };
};

/** What gathering would find at this moment. */
export const takeInventory = (
  estate: SimulatedEstate,
  monotonic: number,
  digests: Digests,
): Inventory => {
  const certificates = new Map<string, CertificateFacts>();
  const own = [...estate.issuers.values()].flat();
  const keys = new Set(own.map(({ key }) => key));
  const name = (key: string): string =>
    own.find((one) => one.key === key)?.certificate.subject ?? "CN=somebody";
  const note = (certificate: SymbolicCertificate): SymbolicCertificate["fingerprint"] => {
    const { fingerprint, key, subject, signedBy, notBefore, notAfter, ca } = certificate;
    certificates.set(fingerprint, {
      fingerprint,
      key,
      subject,
      issuer: signedBy === key ? subject : name(signedBy),
      ...(keys.has(signedBy) || signedBy === key ? { signedBy } : {}),
      notBefore,
      notAfter,
      ca,
    });
    return fingerprint;
  };
  const issuers = [...estate.issuers].map(([issuer, generations]) => ({
    name: issuer,
    generations: generations.map((generation) => ({
      number: generation.number,
      stage: generation.stage,
      key: generation.key,
      certificate: note(generation.certificate),
      crossSigns: generation.crossSigns.map(({ by, certificate }) => ({
        by,
        certificate: note(certificate),
      })),
      notBefore: generation.certificate.notBefore,
      notAfter: generation.certificate.notAfter,
      canSign: true,
      ...(generation.mayCrossSign ? {} : { pathLength: 0 }),
    })),
  }));
  const slotFacts = ({ facts, disk, memory }: SimulatedSlot): Slot => ({
    ...facts,
    ...(disk.absent === true
      ? {}
      : {
          holds: {
            digest: disk.bytes,
            certificates: (isHome(facts) && kubeadmPair(estate, facts.id).good
              ? kubeadmPair(estate, facts.id).certificates
              : disk.certificates
            ).map(note),
            mode: disk.mode,
            changedAt: facts.place.form?.kind === "object" ? 0 : disk.changedAt,
          },
        }),
    ...(facts.role === "presents" && facts.port !== undefined
      ? { serves: memory.certificates.map(note) }
      : {}),
  });
  const consumerFacts = (consumer: SimulatedConsumer): Consumer => ({
    id: consumer.id,
    program: consumer.program,
    service: consumer.service,
    ...(consumer.node === undefined ? {} : { node: consumer.node }),
    ...(consumer.redundancy === undefined ? {} : { redundancy: consumer.redundancy }),
    ...signsWith(consumer),
    ...(consumer.program === "kubelet" || consumer.service === "rollout"
      ? { healthy: consumer.state === "up" }
      : {}),
    ...(consumer.group === undefined
      ? {}
      : {
          group: consumer.group,
          ...(consumer.redundancy === "any"
            ? {}
            : { leader: estate.groups.get(consumer.group)!.leader === consumer.id }),
          healthy:
            consumer.state === "up" &&
            estate.edges.every(
              (edge) =>
                (edge.client !== consumer.id && edge.server !== consumer.id) ||
                estate.consumers.get(edge.client)!.group === undefined ||
                edgeFault(estate, edge, (id) => estate.slots.get(id)!.memory) === undefined,
            ),
        }),
    ...(consumer.state === "up" && hasProcess(consumer)
      ? { process: { pid: consumer.pid, startedAt: startTold(estate, consumer, monotonic) } }
      : {}),
  });
  const nodeFacts = (node: SimulatedNode): NodeFacts => ({
    name: node.name,
    access: "ssh",
    reachable: node.cutUntil <= monotonic,
    ...(node.cutUntil > monotonic ? { why: "Connection timed out" } : {}),
    clockSkew: node.clock.now() - estate.clock.now(),
  });
  const slots = [...estate.slots.values()].map(slotFacts);
  const inventory: Inventory = {
    format: "certwright.inventory/1",
    digest: "" as Digest,
    takenAt: estate.clock.now(),
    estate: { lineage: estate.lineage, serial: estate.serial },
    certificates: [...certificates.values()],
    issuers,
    nodes: [...estate.nodes.values()].map(nodeFacts),
    consumers: [...estate.consumers.values()].map(consumerFacts),
    slots,
    edges: estate.edges,
    blind: blindSpots(estate),
  };
  return { ...inventory, digest: inventoryDigest(inventory, digests) };
};

/** One of its own, that is: objects and kubeadm's files have none, and a workload's pods have many. */
const hasProcess = ({ program, service }: SimulatedConsumer): boolean =>
  program !== "object" && program !== "kubeadm" && service !== "rollout";

const blindSpots = ({ clientsComplete }: SimulatedEstate): readonly BlindSpot[] =>
  clientsComplete
    ? []
    : [
        {
          id: "clients-outside",
          where: "the cluster's clients",
          why: "nobody said that the list of clients is complete",
          cure: "name all clients in certwright.yaml and set clientsComplete: true",
        },
      ];
