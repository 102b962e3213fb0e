import { hexOf } from "../bytes/hex.ts";
import { CertwrightError } from "../errors/certwright-error.ts";
import type { Certificate } from "../model/certificate.ts";
import type { Digests, VerifySignature } from "../model/cryptography.ts";
import { judgeAcceptance, type Acceptance } from "../tls/acceptance.ts";
import type { Observation } from "../tls/observation.ts";
import { parseCertificate } from "../x509/certificate.ts";
import { readOcspResponse } from "../x509/ocsp.ts";
import { parseIp } from "../x509/ip.ts";
import { formatName } from "../x509/names.ts";
import {
  buildPath,
  type PathInput,
  type ReferenceName,
  type SignatureVerdicts,
} from "../x509/path.ts";
import { readNameDer } from "./read-name-der.ts";
import type {
  Case,
  ClockEvidence,
  Gathered,
  GatheredConnection,
  OwnCertificate,
  PathQuestion,
  Served,
  ServerDemand,
  Sibling,
} from "./case.ts";
import { commandLinePlaces, type ClientSetup, type Probes, type ServerSetup } from "./endpoint.ts";
import { failuresOf } from "./failures.ts";
import { fileChainsOf } from "./file-chains.ts";
import {
  certificatesOf,
  revocationListsOf,
  type FileEvidence,
  type FileRole,
} from "./file-evidence.ts";

/** What thinking needs of the platform. */
export interface Instruments {
  readonly digests: Digests;
  readonly verifySignature: VerifySignature;
}

/**
 * Makes one case of each connection that was gathered; one of the files and logs alone when there is none.
 * Everything that several faults ask about is worked out here, once.
 */
export const casesOf = (gathered: Gathered, instruments: Instruments): readonly Case[] => {
  const verdicts: SignatureVerdicts = new Map();
  const siblings = gathered.connections.map((one) => siblingOf(one, instruments));
  const common = (connection: GatheredConnection | undefined): Omit<Case, "client" | "verify"> => ({
    now: gathered.now,
    target: gathered.target,
    machine: gathered.machine,
    configs: gathered.configs,
    files: filesFor(gathered, connection),
    log: gathered.log,
    blind: gathered.blind,
    clock: clockOf(gathered, connection?.probes),
    siblings: siblings.filter((_, i) => gathered.connections[i] !== connection),
    nearby: gathered.nearby ?? [],
    ...(gathered.systemStore === undefined ? {} : { systemStore: gathered.systemStore }),
  });
  if (gathered.connections.length === 0) {
    const verify = verifierOf(gathered, undefined, [], instruments, verdicts);
    const fileChains = fileChainsOf(gathered, { ...instruments, verdicts });
    const { client, server } = namedFiles(gathered.files);
    const own = ownOf(gathered, { client, server }, undefined, undefined, (leaf, rest) => ({
      leaf,
      intermediates: [],
      anchors: [],
      at: gathered.now,
      usages: ["clientAuth"],
      profile: "go",
      verifySignature: instruments.verifySignature,
      verdicts,
      ...rest,
    }));
    return [
      {
        ...common(undefined),
        fileChains,
        client,
        ...(own === undefined ? {} : { own }),
        verify,
      },
    ];
  }
  return gathered.connections.map((connection) => {
    const { endpoint, client, server, probes, offline } = connection;
    const anchors = anchorsOf(gathered, client);
    const name = nameOf(endpoint.servername ?? endpoint.host);
    const verify = verifierOf(gathered, name, anchors, instruments, verdicts);
    const input = (leaf: Certificate, rest: Partial<PathInput>): PathInput => ({
      leaf,
      intermediates: [],
      anchors,
      at: gathered.now,
      usages: ["serverAuth"],
      profile: "go",
      verifySignature: instruments.verifySignature,
      verdicts,
      ...rest,
    });
    const served = servedOf(connection, name, instruments, input);
    const demand = demandOf(probes, client);
    const own = ownOf(gathered, connection, demand, served, input);
    return {
      ...common(connection),
      endpoint,
      client,
      ...(server === undefined ? {} : { server }),
      ...(probes === undefined ? {} : { probes }),
      ...(offline === undefined ? {} : { offline }),
      ...(served === undefined ? {} : { served }),
      ...(demand === undefined ? {} : { demand }),
      ...(own === undefined ? {} : { own }),
      verify,
    };
  });
};

/** Client and server as far as files alone describe them, each file by what it was named for. */
const namedFiles = (
  files: readonly FileEvidence[],
): { readonly client: ClientSetup; readonly server: ServerSetup } => {
  const of = (role: FileRole): FileEvidence | undefined => files.find((file) => file.role === role);
  const [ca, certificate, key] = [of("client-ca"), of("client-certificate"), of("client-key")];
  const [clientCa, crl] = [of("server-client-ca"), of("crl")];
  return {
    client: {
      insecure: false,
      who: "the client",
      places: commandLinePlaces,
      ...(ca === undefined ? {} : { ca }),
      ...(certificate === undefined ? {} : { certificate }),
      ...(key === undefined ? {} : { key }),
    },
    server: {
      ...(clientCa === undefined ? {} : { clientCa }),
      ...(crl === undefined ? {} : { crl }),
    },
  };
};

/** "10.0.0.1" and "::1" are addresses, all else is a DNS name. */
export const nameOf = (host: string): ReferenceName => ({
  kind: parseIp(host) === undefined ? "dns" : "ip",
  value: host,
});

/** What the client trusts: its CA file, else the system's public CAs. */
const anchorsOf = ({ systemStore }: Gathered, { ca }: ClientSetup): readonly Certificate[] =>
  ca === undefined ? (systemStore?.certificates ?? []) : certificatesOf(ca);

const filesFor = (
  { files }: Gathered,
  connection: GatheredConnection | undefined,
): readonly FileEvidence[] => {
  if (connection === undefined) return files;
  const { client, server } = connection;
  const own = [
    client.ca,
    client.certificate,
    client.key,
    server?.certificate,
    server?.key,
    server?.clientCa,
    server?.crl,
  ].filter((file) => file !== undefined);
  return [...own, ...files.filter((file) => !own.includes(file))];
};

const verifierOf =
  (
    { now }: Gathered,
    name: ReferenceName | undefined,
    anchors: readonly Certificate[],
    { verifySignature }: Instruments,
    verdicts: SignatureVerdicts,
  ) =>
  (question: PathQuestion) =>
    buildPath({
      intermediates: [],
      anchors,
      at: now,
      usages: ["serverAuth"],
      profile: "go",
      ...(name === undefined ? {} : { name }),
      ...question,
      verifySignature,
      verdicts,
    });

/** Certificates of a flight, as sent; what cannot be read at all is told apart. */
const readChain = (
  chain: readonly Uint8Array[],
  { digests }: Instruments,
): Pick<Served, "chain" | "unreadable"> => {
  const readable: Certificate[] = [];
  const unreadable: { index: number; why: string }[] = [];
  for (const [index, der] of chain.entries()) {
    try {
      readable.push(parseCertificate(der, { digests, reading: "tolerant" }));
    } catch (error) {
      if (!(error instanceof CertwrightError)) throw error;
      unreadable.push({ index, why: error.message });
    }
  }
  return { chain: readable, unreadable };
};

const servedOf = (
  { probes, server, offline }: GatheredConnection,
  name: ReferenceName,
  instruments: Instruments,
  input: (leaf: Certificate, rest: Partial<PathInput>) => PathInput,
): Served | undefined => {
  const der = probes === undefined ? undefined : servedChain(probes);
  const onDisk = offline === true ? certificatesOf(server?.certificate) : [];
  if (der === undefined && onDisk.length === 0) return undefined;
  const { chain, unreadable } =
    der === undefined ? { chain: onDisk, unreadable: [] } : readChain(der, instruments);
  const [leaf] = chain;
  if (leaf === undefined) return undefined;
  const crls = server?.crl === undefined ? [] : revocationListsOf([server.crl]);
  const verify = (profile: "go" | "openssl") =>
    failuresOf(input(leaf, { intermediates: chain.slice(1), name, profile, crls }));
  const staple = stapleOf(probes, leaf);
  return {
    chain,
    unreadable,
    leaf,
    others: otherChains(probes, leaf, instruments),
    ...(staple === undefined ? {} : { staple }),
    name,
    anchors: input(leaf, {}).anchors,
    failures: { go: verify("go"), openssl: verify("openssl") },
  };
};

/** The chain of the first look that showed one: a refusal in the first may have hidden it. */
const servedChain = (probes: Probes): readonly Uint8Array[] | undefined =>
  [
    probes.main,
    probes.followUps.tls12,
    probes.followUps["any-version"],
    probes.followUps.http2,
    probes.followUps.groups,
  ]
    .map((look) => look?.handshake?.flight.chain)
    .find((chain) => chain !== undefined && chain.length > 0);

/** Chains with another leaf, each once. */
const otherChains = (
  probes: Probes | undefined,
  leaf: Certificate,
  instruments: Instruments,
): Served["others"] => {
  const seen = new Set<string>([leaf.fingerprint]);
  return [probes?.followUps.again, probes?.followUps["again-later"]].flatMap((look) => {
    const { chain } = readChain(look?.handshake?.flight.chain ?? [], instruments);
    const fingerprint = chain[0]?.fingerprint;
    if (fingerprint === undefined || seen.has(fingerprint)) return [];
    seen.add(fingerprint);
    return [chain];
  });
};

const stapleOf = (probes: Probes | undefined, { serial }: Certificate): Served["staple"] => {
  const der = probes?.main.handshake?.flight.staple;
  if (der === undefined) return undefined;
  return readOcspResponse(der)?.find((one) => one.serial === serial) ?? "unreadable";
};

const siblingOf = ({ endpoint, probes }: GatheredConnection, instruments: Instruments): Sibling => {
  const der = probes === undefined ? undefined : servedChain(probes);
  const chain = der === undefined ? [] : readChain(der, instruments).chain;
  return {
    endpoint,
    ...(probes === undefined ? {} : { main: probes.main }),
    ...(chain[0] === undefined ? {} : { leaf: chain[0], chain }),
    ...(probes?.etcd?.clusterId === undefined ? {} : { clusterId: probes.etcd.clusterId }),
  };
};

/** A refusal that was lost in the first look may have been heard in the second, inside TLS 1.2's handshake. */
const looksForRefusal = ({ main, followUps }: Probes): readonly Observation[] =>
  // Whoever has a token shows it with the request: without it he is nobody.
  [followUps.token ?? main, followUps.http2, followUps.tls12].filter((look) => look !== undefined);

/** A token is shown only to a server that the client trusts. */
const untriedOf = ({ untried, token }: ClientSetup, { followUps }: Probes): string | undefined =>
  untried ?? (token === undefined || followUps.token !== undefined ? undefined : "a bearer token");

const demandOf = (probes: Probes | undefined, client: ClientSetup): ServerDemand | undefined => {
  if (probes?.main.handshake === undefined) return undefined;
  const untried = untriedOf(client, probes);
  const looks = looksForRefusal(probes);
  const verdicts = looks.map(judgeAcceptance).map((acceptance): Acceptance => {
    const { asked, presented } = acceptance;
    return untried !== undefined &&
      acceptance.verdict === "refused" &&
      acceptance.by.kind === "http"
      ? {
          asked,
          presented,
          verdict: "unknown",
          reasons: [...acceptance.reasons, `${untried} would make us known, and was not tried`],
        }
      : acceptance;
  });
  const acceptance =
    verdicts.find(({ verdict }) => verdict === "refused") ??
    verdicts.find(({ verdict }) => verdict === "accepted") ??
    verdicts[0]!;
  const request = looks
    .map((look) => look.handshake?.flight.certificateRequest)
    .find((one) => one !== undefined);
  return {
    asked: request !== undefined,
    acceptance,
    authorities: (request?.authorities ?? []).map((der) => {
      const name = readNameDer(der);
      return name === undefined ? `(unreadable name ${hexOf(der)})` : formatName(name);
    }),
  };
};

const isAuthority = ({ basicConstraints, version }: Certificate): boolean =>
  basicConstraints?.ca === true || version === 1;

/** What the server's clients are checked against: by its own configuration, else the best guess there is. */
const clientAuthorities = (
  { files }: Gathered,
  client: ClientSetup,
  server: ServerSetup | undefined,
  served: Served | undefined,
): Pick<OwnCertificate, "anchors" | "anchorsFrom"> => {
  const configured = certificatesOf(server?.clientCa);
  if (configured.length > 0) return { anchors: configured, anchorsFrom: "server-config" };
  const given = certificatesOf(client.ca);
  if (given.length > 0) return { anchors: given, anchorsFrom: "client-ca" };
  const found = [...files.flatMap(certificatesOf), ...(served?.chain ?? [])].filter(isAuthority);
  return { anchors: found, anchorsFrom: "found" };
};

const ownOf = (
  gathered: Gathered,
  connection: Pick<GatheredConnection, "client"> & { readonly server?: ServerSetup | undefined },
  demand: ServerDemand | undefined,
  served: Served | undefined,
  input: (leaf: Certificate, rest: Partial<PathInput>) => PathInput,
): OwnCertificate | undefined => {
  const { client, server } = connection;
  const file = client.certificate;
  const [certificate, ...sent] = certificatesOf(file);
  if (file === undefined || certificate === undefined) return undefined;
  const { anchors, anchorsFrom } = clientAuthorities(gathered, client, server, served);
  const crls = server?.crl === undefined ? [] : revocationListsOf([server.crl]);
  const verify = (profile: "go" | "openssl") =>
    failuresOf(
      input(certificate, { intermediates: sent, anchors, usages: ["clientAuth"], profile, crls }),
    );
  const authorities = demand?.authorities ?? [];
  const issuers = [certificate, ...sent].map(({ issuer }) => formatName(issuer));
  return {
    certificate,
    sent,
    file,
    anchors,
    anchorsFrom,
    failures: { go: verify("go"), openssl: verify("openssl") },
    listed:
      authorities.length === 0 ? undefined : issuers.some((name) => authorities.includes(name)),
  };
};

const clockOf = ({ now }: Gathered, probes: Probes | undefined): ClockEvidence => {
  const looks = probes === undefined ? [] : [probes.main, ...Object.values(probes.followUps)];
  for (const { answer, answeredAt } of looks) {
    if (answer?.date === undefined || answeredAt === undefined) continue;
    // The header has whole seconds, cut off: the server's clock stands half a second later on average.
    const server = {
      date: answer.date,
      ours: answeredAt,
      skew: answeredAt - (answer.date + 500),
    };
    return { ours: now, server };
  }
  return { ours: now };
};
