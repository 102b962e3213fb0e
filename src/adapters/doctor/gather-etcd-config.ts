import { networkInterfaces } from "node:os";
import type { GatheredConnection } from "../../core/diagnosis/case.ts";
import { fieldOf, type Config } from "../../core/diagnosis/config.ts";
import type { ClientSetup, Endpoint, ServerSetup } from "../../core/diagnosis/endpoint.ts";
import { isOn, urlsOf, type ListedUrl } from "../../core/diagnosis/etcd-settings.ts";
import {
  certificatesOf,
  keyOf,
  type FileEvidence,
  type FileRole,
} from "../../core/diagnosis/file-evidence.ts";
import { CertwrightError } from "../../core/errors/certwright-error.ts";
import { purpose } from "../../core/x509/oids.ts";
import { formatName } from "../../core/x509/names.ts";
import { readFileBounded } from "../files/read.ts";
import {
  etcdConfig,
  flagsOfVariables,
  flagsOfYaml,
  readUnit,
  variablesOf,
  type EtcdFlags,
} from "./etcd-flags.ts";
import type { FlatDocument } from "./flat-yaml.ts";
import { clientFromOptions, serverFromOptions } from "./gather-address.ts";
import type { Part, Surroundings } from "./part.ts";

/** etcd's --config-file by settings that nothing else has. */
export const isEtcdYaml = (document: FlatDocument): boolean =>
  document["kind"] === undefined &&
  Object.keys(document).some((key) =>
    /^(?:listen-client-urls|listen-peer-urls|advertise-client-urls|initial-cluster|(?:client|peer)-transport-security\..*)$/.test(
      key,
    ),
  );

export const gatherEtcdYaml = (document: FlatDocument, path: string, around: Surroundings): Part =>
  memberPart(etcdConfig(path, flagsOfYaml(document)), around);

/** /etc/default/etcd and its like: variables of the server, not those of a client. */
export const isEtcdEnvironment = (text: string): boolean =>
  !/^\[\w+\]/m.test(text) &&
  /^\s*(?:export\s+)?ETCD_(?:LISTEN_|ADVERTISE_|INITIAL_|DATA_DIR|NAME|PEER_|TRUSTED_CA_FILE|CLIENT_CERT_AUTH|AUTO_TLS)\w*=/m.test(
    text,
  );

export const gatherEtcdEnvironment = (text: string, path: string, around: Surroundings): Part =>
  memberPart(etcdConfig(path, flagsOfVariables(variablesOf(text, path))), around);

export const isEtcdUnit = (text: string): boolean =>
  /^\[Service\]/m.test(text) && /^ExecStart\s*=(?:.*\\\r?\n)*.*\betcd\b/m.test(text);

export const gatherEtcdUnit = async (
  text: string,
  path: string,
  around: Surroundings,
): Promise<Part> => {
  const { flags, variables, environmentFiles } = readUnit(text, path);
  let all: EtcdFlags = flagsOfVariables(variables);
  const blind: string[] = [];
  const read = (file: string, take: (bytes: Uint8Array) => EtcdFlags, optional: boolean): void => {
    try {
      all = { ...all, ...take(readFileBounded(file).bytes) };
    } catch (error) {
      if (!(error instanceof CertwrightError)) throw error;
      if (!optional) blind.push(error.message);
    }
  };
  for (const { path: file, optional } of environmentFiles)
    read(
      file,
      (bytes) => flagsOfVariables(variablesOf(Buffer.from(bytes).toString("utf8"), file)),
      optional,
    );
  // A flag wins over its variable, and a configuration file over both (server/etcdmain/config.go).
  all = { ...all, ...flags };
  const configFile = all["config-file"]?.value;
  if (configFile !== undefined) {
    // Only now: the YAML library costs 20 ms of start.
    const { flatYaml } = await import("./flat-yaml.ts");
    read(configFile, (bytes) => flagsOfYaml(flatYaml(bytes, configFile)[0] ?? {}), false);
  }
  const part = memberPart(etcdConfig(path, all), around);
  return { ...part, blind: [...part.blind, ...blind] };
};

const memberPart = (config: Config, around: Surroundings): Part => {
  const { evidence } = around;
  const file = (role: FileRole, key: string): FileEvidence | undefined => {
    const named = fieldOf(config, key);
    return named === undefined ? undefined : evidence.file(named.value, role, named.at);
  };
  const forClients = setup({
    certificate: file("server-certificate", "cert-file"),
    key: file("server-key", "key-file"),
    clientCa: file("server-client-ca", "trusted-ca-file"),
    crl: file("crl", "client-crl-file"),
  });
  const forPeers = setup({
    certificate: file("peer-certificate", "peer-cert-file"),
    key: file("peer-key", "peer-key-file"),
    clientCa: file("peer-ca", "peer-trusted-ca-file"),
    crl: file("crl", "peer-crl-file"),
  });
  const connections = [
    ...connectionsFor(config, around, {
      program: "etcd",
      advertised: "advertise-client-urls",
      listened: "listen-client-urls",
      server: { ...forClients, clientCertAuth: isOn(config, "client-cert-auth") },
    }),
    ...connectionsFor(config, around, {
      program: "etcd-peer",
      advertised: "initial-advertise-peer-urls",
      listened: "listen-peer-urls",
      server: { ...forPeers, clientCertAuth: isOn(config, "peer-client-cert-auth") },
    }),
  ];
  return { kind: "etcd", configs: [config], connections, blind: [] };
};

const setup = (
  files: Readonly<Record<"certificate" | "key" | "clientCa" | "crl", FileEvidence | undefined>>,
): ServerSetup =>
  Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined));

interface Listening {
  readonly program: "etcd" | "etcd-peer";
  readonly advertised: string;
  readonly listened: string;
  readonly server: ServerSetup;
}

/**
 * One connection for each URL under which others know the member, judged by its files; doctor looks at it too where
 * it is this machine's. Nothing when the member has no certificate that could be judged.
 */
const connectionsFor = (
  config: Config,
  around: Surroundings,
  { program, advertised, listened, server }: Listening,
): readonly GatheredConnection[] => {
  const { certificate } = server;
  const [leaf] = certificatesOf(certificate);
  const listening = urlsOf(config, listened).filter(({ scheme }) => scheme === "https");
  const told = urlsOf(config, advertised).filter(({ host }) => !isWildcard(host));
  const urls = told.length > 0 ? told : listening.filter(({ host }) => !isWildcard(host));
  if (leaf === undefined || listening.length === 0) return [];
  const given = serverFromOptions(around, server) ?? server;
  return urls.map((url): GatheredConnection => {
    // A member that would refuse us for having no certificate of a client tells nothing: its files are judged alone.
    const refusesUs =
      server.clientCertAuth === true && !isOwnClient(server) && around.options.cert === undefined;
    const endpoint = endpointOf(url, refusesUs ? "unknown" : program);
    const at = reachedAt(url, listening, around);
    return {
      endpoint: at === undefined ? endpoint : { ...endpoint, reachedAt: at },
      client:
        program === "etcd" ? memberAsClient(config, around, server) : peerAsClient(config, server),
      server: given,
      offline: true,
    };
  });
};

const isWildcard = (host: string): boolean => host === "0.0.0.0" || host === "::";

const endpointOf = (url: ListedUrl, program: Endpoint["program"]): Endpoint => ({
  host: url.host,
  port: url.port,
  scheme: "https",
  path: "/",
  program,
  source: url.field.at,
  written: url.text,
});

/** Where this machine's own member is to be found; undefined when it is the URL itself, or another machine. */
const reachedAt = (
  { host, port }: ListedUrl,
  listening: readonly ListedUrl[],
  { options }: Surroundings,
): Endpoint["reachedAt"] => {
  if (options.at !== undefined) return options.at;
  const same = listening.filter((one) => one.port === port);
  if (same.some((one) => one.host === host)) return undefined;
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)),
  );
  const near = same.find((one) => isWildcard(one.host) || own.has(one.host));
  if (near === undefined) return undefined;
  return {
    host: near.host === "0.0.0.0" ? "127.0.0.1" : near.host === "::" ? "::1" : near.host,
    port,
  };
};

/** Whether these CAs are meant to be the issuers of that certificate; a server may trust other CAs for its clients than its own. */
const issues = (
  authorities: FileEvidence | undefined,
  certificate: FileEvidence | undefined,
): boolean => {
  const issuers = new Set(certificatesOf(certificate).map(({ issuer }) => formatName(issuer)));
  return certificatesOf(authorities).some(({ subject }) => issuers.has(formatName(subject)));
};

/** Whether the server's pair would do as that of a client: of a CA that the member trusts, for clients, and a pair. */
const isOwnClient = ({ certificate, key, clientCa }: ServerSetup): boolean => {
  const [leaf] = certificatesOf(certificate);
  return (
    leaf !== undefined &&
    leaf.extendedKeyUsage?.includes(purpose.clientAuth) !== false &&
    keyOf(key)?.id === leaf.publicKey.id &&
    issues(clientCa, certificate)
  );
};

/** The client that every member has: itself, with the server's certificate, through its gateway. */
const memberAsClient = (config: Config, around: Surroundings, server: ServerSetup): ClientSetup => {
  const { certificate, key, clientCa, clientCertAuth } = server;
  const own = { file: config.file };
  const usable = issues(clientCa, certificate);
  const shows = clientCertAuth === true && isOwnClient(server);
  return clientFromOptions(around, {
    who: "etcd",
    insecure: !usable && around.options.ca === undefined,
    places: {
      ca: fieldOf(config, "trusted-ca-file")?.at ?? { ...own, field: "trusted-ca-file" },
      certificate: fieldOf(config, "cert-file")?.at ?? { ...own, field: "cert-file" },
      key: fieldOf(config, "key-file")?.at ?? { ...own, field: "key-file" },
    },
    ...(usable && clientCa !== undefined ? { ca: clientCa } : {}),
    ...(shows && certificate !== undefined ? { certificate } : {}),
    ...(shows && key !== undefined ? { key } : {}),
  });
};

/** Another member with the same files. */
const peerAsClient = (config: Config, { certificate, clientCa }: ServerSetup): ClientSetup => {
  const own = { file: config.file };
  const usable = issues(clientCa, certificate);
  return {
    who: "another member",
    insecure: !usable,
    places: {
      ca: fieldOf(config, "peer-trusted-ca-file")?.at ?? { ...own, field: "peer-trusted-ca-file" },
      certificate: fieldOf(config, "peer-cert-file")?.at ?? { ...own, field: "peer-cert-file" },
      key: fieldOf(config, "peer-key-file")?.at ?? { ...own, field: "peer-key-file" },
    },
    ...(usable && clientCa !== undefined ? { ca: clientCa } : {}),
  };
};
