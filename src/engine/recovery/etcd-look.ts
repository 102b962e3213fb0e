import { peerAddresses, serverAddresses } from "../../core/estate/etcd-addresses.ts";
import { readWalHead, walHeadBytes } from "../../core/recovery/etcd-estate/wal-head.ts";
import type {
  ClientFound,
  DataFound,
  EtcdFacts,
  IssuerFound,
  MemberFound,
  PlaceFound,
} from "../../core/recovery/etcd-estate/facts.ts";
import { bytesOfDump } from "../../core/recovery/data/etcd-record.ts";
import { CertwrightError } from "../../core/errors/certwright-error.ts";
import type { Certificate, KeyId } from "../../core/model/certificate.ts";
import type { Address, Estate, EtcdCluster } from "../../core/model/estate.ts";
import type { CertificateFacts } from "../../core/model/inventory.ts";
import { parseCertificate } from "../../core/x509/certificate.ts";
import { commonNameOf } from "../../core/x509/names.ts";
import type { NodeSession } from "../../ports/node.ts";
import type { Authority, Issuer } from "../authority/authority.ts";
import { isSigned } from "../authority/issuers.ts";
import { bySubject, factsOf } from "../rotation/gather/certificates.ts";
import { layoutOf, slotsOf, type PlacedConsumer, type PlacedSlot } from "../rotation/layout.ts";
import { certificatesIn, keyIn } from "../rotation/place/material.ts";
import type { RotationPorts } from "../rotation/ports.ts";
import { processOf } from "../rotation/process.ts";
import { openSessions, type Sessions } from "../rotation/sessions.ts";
import { bytesBelow, roomFor } from "./cold-copy.ts";
import { readEtcdData } from "./read-etcd-data.ts";

export interface EtcdLookOptions {
  readonly ports: Pick<
    RotationPorts,
    "nodes" | "tls" | "digests" | "verifySignature" | "identifyKey" | "clock"
  >;
  readonly estate: Estate;
  readonly etcd: EtcdCluster;
  /** Absent: certwright has no PKI yet. */
  readonly authority?: Pick<Authority, "issuers"> | undefined;
  readonly hasKey: (id: KeyId) => Promise<boolean>;
  /** Told what is being looked at, in words. */
  readonly progress: (what: string) => void;
}

/** A handshake on the machine's own address; what lives answers in milliseconds. */
const servedDeadline = 3000;
const askDeadline = 10_000;

/** Looks at every member and client at once and changes nothing. A machine that is not reached is an answer. */
export const lookAtEtcd = async (options: EtcdLookOptions): Promise<EtcdFacts> => {
  const { ports, estate, etcd, progress } = options;
  const layout = layoutOf(estate);
  const sessions = openSessions(ports.nodes);
  const issuers = (await options.authority?.issuers()) ?? [];
  const known = issuers.flatMap(({ generations }) =>
    generations.filter(isSigned).flatMap(({ certificate, chain, crossSigns }) =>
      [certificate].concat(
        chain,
        crossSigns.map((one) => one.certificate),
      ),
    ),
  );
  try {
    const consumers = [...layout.consumers.values()];
    let done = 0;
    progress(`members and clients: 0 of ${consumers.length}`);
    const read = await Promise.all(
      consumers.map(async (consumer) => {
        const seen = await readConsumer(options, sessions, consumer, slotsOf(layout, consumer.id));
        progress(`members and clients: ${(done += 1)} of ${consumers.length}`);
        return seen;
      }),
    );
    const all = read.flatMap(({ places, served }) => [
      ...places.flatMap(({ certificates }) => certificates),
      ...served.flatMap(({ chain }) => chain),
    ]);
    const signers = bySubject([...known, ...all]);
    const facts = (one: Certificate): CertificateFacts => factsOf(ports, one, signers);
    return {
      takenAt: ports.clock.now(),
      cluster: etcd.name,
      group: layout.etcdGroup ?? "",
      members: read.flatMap((one) => memberFound(one, facts)),
      clients: read.flatMap((one) => clientFound(one, facts)),
      issuers: await issuersFound(options, issuers),
    };
  } finally {
    await sessions.close();
  }
};

interface PlaceRead {
  readonly place: PlaceFound;
  readonly certificates: readonly Certificate[];
}

interface ConsumerRead {
  readonly consumer: PlacedConsumer;
  readonly why?: string;
  readonly places: readonly PlaceRead[];
  readonly served: readonly {
    readonly port: "client" | "peer";
    readonly chain: readonly Certificate[];
  }[];
  readonly member?: Pick<MemberFound, "data" | "process" | "clockSkew" | "room" | "readOnly">;
}

const readConsumer = async (
  options: EtcdLookOptions,
  sessions: Sessions,
  consumer: PlacedConsumer,
  slots: readonly PlacedSlot[],
): Promise<ConsumerRead> => {
  const empty = { consumer, places: [], served: [] };
  try {
    return await sessions.use(consumer.node, async (session) => {
      const places = await Promise.all(
        slots.map((slot) => readPlace(options, session, consumer, slot)),
      );
      if (consumer.member === undefined) return { ...empty, places };
      const [served, member] = await Promise.all([
        readServed(options, session, consumer),
        readMember(options, session, consumer, slots),
      ]);
      return { ...empty, places, served, member };
    });
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    const places = slots.map((slot) => ({
      place: placeOf(options.etcd, consumer, slot),
      certificates: [],
    }));
    return { ...empty, places, why: error.message };
  }
};

const readMember = async (
  { ports, etcd }: EtcdLookOptions,
  session: NodeSession,
  consumer: PlacedConsumer,
  slots: readonly PlacedSlot[],
): Promise<NonNullable<ConsumerRead["member"]>> => {
  const { dataDirectory } = consumer.member!;
  const parent = dataDirectory.slice(0, dataDirectory.lastIndexOf("/")) || "/";
  const folders = [...new Set([parent, ...slots.map(({ place }) => folderOf(place.path))])];
  const [skew, found, head, running, free, bytes, answers] = await Promise.all([
    session.clockSkew(),
    readEtcdData(ports, session, dataDirectory),
    readIdentity(session, dataDirectory),
    processOf(session, etcd, consumer),
    session.freeBytes(parent),
    bytesBelow(session, [dataDirectory]),
    Promise.all(folders.map((path) => isReadOnly(session, path))),
  ]);
  const data: DataFound | undefined =
    found === undefined
      ? undefined
      : {
          bytes: found.bytes,
          members: found.members,
          ...head,
        };
  return {
    clockSkew: skew.skew,
    room: { path: parent, free, needed: roomFor(bytes) },
    readOnly: folders.filter((_, i) => answers[i]),
    ...(data === undefined ? {} : { data }),
    ...(running === undefined
      ? {}
      : { process: { pid: running.pid, startedAt: running.startedAt } }),
  };
};

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/";

/** What is not there can be made; what is there and cannot be written to is mounted read-only. */
const isReadOnly = async (session: NodeSession, path: string): Promise<boolean> => {
  const test = async (what: string): Promise<boolean> =>
    (await session.run(["test", what, path], { deadline: askDeadline })).code === 0;
  return (await test("-e")) && !(await test("-w"));
};

const readIdentity = async (session: NodeSession, directory: string) => {
  const folder = `${directory}/member/wal`;
  const listed = await session.run(["find", folder, "-name", "*.wal"], { deadline: askDeadline });
  const [first] = listed.stdout.split("\n").filter(Boolean).toSorted();
  if (first === undefined) return undefined;
  const words = ["od", "-An", "-v", "-tx1", "-N", String(walHeadBytes), first];
  const { stdout } = await session.run(words, { deadline: askDeadline });
  return readWalHead(bytesOfDump(stdout));
};

/** Whoever does not answer is no witness. */
const readServed = async (
  { ports: { tls, digests } }: EtcdLookOptions,
  session: NodeSession,
  { member }: PlacedConsumer,
): Promise<ConsumerRead["served"]> => {
  const host = member!.node.addresses[0]!.value;
  const asked = [
    { port: "client", number: member!.clientPort },
    { port: "peer", number: member!.peerPort },
  ] as const;
  const answers = await Promise.all(
    asked.map(async ({ port, number }) => {
      try {
        const over = await session.dial(host, number, servedDeadline);
        const chain = await tls.served({ host, port: number, over }, servedDeadline);
        const read = { digests, reading: "tolerant" } as const;
        return [{ port, chain: chain.map((der) => parseCertificate(der, read)) }];
      } catch (error) {
        if (!(error instanceof CertwrightError)) throw error;
        return [];
      }
    }),
  );
  return answers.flat();
};

const readPlace = async (
  { ports, etcd }: EtcdLookOptions,
  session: NodeSession,
  consumer: PlacedConsumer,
  slot: PlacedSlot,
): Promise<PlaceRead> => {
  const place = placeOf(etcd, consumer, slot);
  const [file, key] = await Promise.all([
    session.read(place.path),
    place.key === undefined ? undefined : session.read(place.key),
  ]);
  if (file === undefined) return { place, certificates: [] };
  const { certificates, faults } = certificatesIn(ports, file.bytes, { source: file.path });
  const serious = faults.find(({ harmless }) => !harmless);
  const [first] = certificates;
  const id = key === undefined ? undefined : keyIn(ports, key.bytes, { source: key.path }).id;
  const why =
    serious?.message ?? (first === undefined ? `${file.path}: no certificate in it` : undefined);
  return {
    certificates,
    place: {
      ...place,
      found: {
        certificates: [],
        changedAt: file.facts.changedAt,
        names: first === undefined ? [] : namesOf(first),
        ...(id === undefined ? {} : { key: id }),
        ...(why === undefined ? {} : { unreadable: why }),
      },
    },
  };
};

const namesOf = ({ subject, subjectAltName = [] }: Certificate): readonly string[] => {
  const own = commonNameOf(subject);
  return [
    ...(own === undefined ? [] : [own]),
    ...subjectAltName.flatMap((one) =>
      one.kind === "dns" || one.kind === "ip" ? [one.value] : [],
    ),
  ];
};

const placeOf = (
  etcd: EtcdCluster,
  consumer: PlacedConsumer,
  { id, role, issuer, reload, place: { path, key, owner } }: PlacedSlot,
): PlaceFound => ({
  slot: id,
  // etcd signs nothing.
  role: role === "presents" ? "presents" : "trusts",
  issuer,
  reload,
  path,
  ...(key === undefined ? {} : { key }),
  ...(owner === undefined ? {} : { owner }),
  ...(role === "presents" ? leafOf(etcd, consumer, id) : {}),
});

/** As certwright etcd init orders them. */
const leafOf = (
  etcd: EtcdCluster,
  { member, client }: PlacedConsumer,
  slot: string,
): Pick<PlaceFound, "leaf" | "name"> => {
  if (client !== undefined) {
    const leaf = { profile: "etcd-client", commonName: client.user, dns: [], ip: [] };
    return { leaf, name: client.user };
  }
  if (member === undefined) return {};
  const isServer = slot.endsWith("/server");
  const addresses = isServer ? serverAddresses(etcd, member) : peerAddresses(member);
  const of = (isName: boolean): readonly string[] =>
    addresses.filter(({ kind }: Address) => (kind === "dns") === isName).map(({ value }) => value);
  return {
    leaf: { profile: isServer ? "etcd-server" : "etcd-peer", dns: of(true), ip: of(false) },
    name: member.node.addresses[0]!.value,
  };
};

type ToFacts = (certificate: Certificate) => CertificateFacts;

const reachedOf = ({ consumer, why, places }: ConsumerRead, facts: ToFacts) => ({
  consumer: consumer.id,
  reachable: why === undefined,
  ...(why === undefined ? {} : { why }),
  places: places.map(({ place, certificates }): PlaceFound =>
    place.found === undefined
      ? place
      : { ...place, found: { ...place.found, certificates: certificates.map(facts) } },
  ),
});

const memberFound = (read: ConsumerRead, facts: ToFacts): readonly MemberFound[] => {
  const { member } = read.consumer;
  if (member === undefined) return [];
  return [
    {
      ...reachedOf(read, facts),
      ...read.member,
      name: member.name,
      node: member.node.name,
      dataDirectory: member.dataDirectory,
      served: read.served.map(({ port, chain }) => ({ port, certificates: chain.map(facts) })),
    },
  ];
};

const clientFound = (read: ConsumerRead, facts: ToFacts): readonly ClientFound[] => {
  const { client } = read.consumer;
  if (client === undefined) return [];
  return [
    {
      ...reachedOf(read, facts),
      name: client.name,
      restarts: client.service.kind !== "none",
      ...(client.node === undefined ? {} : { node: client.node.name }),
    },
  ];
};

const issuersFound = async (
  { etcd, hasKey }: EtcdLookOptions,
  known: readonly Issuer[],
): Promise<readonly IssuerFound[]> => {
  const { peer, server, client } = etcd.issuers;
  return await Promise.all(
    [...new Set([peer, server, client])].map(async (name): Promise<IssuerFound> => {
      const issuer = known.find((one) => one.name === name);
      if (issuer === undefined) return { name, generations: [] };
      const generations = issuer.generations.filter(isSigned).map((one) => ({
        number: one.number,
        key: one.keyId,
        certificate: one.certificate.fingerprint,
        isRetired: one.stage === "retired",
      }));
      const { current } = issuer;
      if (current === undefined) return { name, generations };
      const [above] = current.chain;
      const parent = known
        .flatMap((one) => one.generations)
        .find(({ keyId }) => keyId === above?.publicKey.id);
      const isBelowAnother =
        above !== undefined && (parent === undefined || !(await hasKey(parent.keyId)));
      return {
        name,
        generations,
        current: {
          number: current.number,
          notAfter: current.certificate.notAfter,
          hasKey: await hasKey(current.keyId),
          isBelowAnother,
        },
      };
    }),
  );
};
