import type { ByHandFacts, FoundEtcd, FoundMember } from "../../core/discovery/by-hand.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { flagValue } from "../../core/manifest/flag-value.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import type { NodeSession } from "../../ports/node.ts";
import { readBundle, serviceFor, wholeProcess, type WholeProcess } from "./by-hand-machine.ts";
import type { DiscoveryContext } from "./context.ts";
import { onMachine, type Machine, type NodeNames } from "./machine.ts";

interface Seen {
  readonly machine: Machine;
  readonly member: FoundMember;
  readonly etcd: Omit<FoundEtcd, "members" | "issuers">;
  readonly clients: readonly Certificate[];
  readonly peers: readonly Certificate[];
}

/** `etcd --version`, `stat` and `grep` of a few lines. */
const deadline = 10_000;

/** The members that API servers name, as their processes say. Throws discovery.*, node.*. */
export const lookAtEtcd = async (
  context: DiscoveryContext,
  of: {
    /** --etcd-servers of the API servers. */
    readonly servers: readonly string[];
    /** Of what members show to clients. */
    readonly issuer: string;
    readonly ca: readonly Certificate[];
    readonly machines: readonly Machine[];
    readonly names: NodeNames;
  },
): Promise<Pick<ByHandFacts, "etcd" | "etcdNodes">> => {
  const urls = of.servers.map((one) => /^https:\/\/(\[[^\]]+\]|[^:/]+):(\d+)\/?$/.exec(one));
  if (of.ca.length === 0 || urls.includes(null)) return { etcdNodes: [] };
  const seen: Seen[] = [];
  for (const [, host = "", port = ""] of urls as RegExpExecArray[]) {
    const address = host.replace(/^\[|\]$/g, "");
    seen.push(
      await onMachine(context, of.names, address, (machine) =>
        lookAtMember(context, machine, Number(port)),
      ),
    );
  }
  const [first] = seen as [Seen];
  const masters = new Set(of.machines.map(({ node }) => node.name));
  return {
    etcd: {
      ...first.etcd,
      issuers: {
        server: of.issuer,
        client: same(first.clients, of.ca) ? of.issuer : "etcd-client-ca",
        peer: same(first.peers, of.ca) ? of.issuer : "etcd-peer-ca",
      },
      members: seen.map(({ member }) => member),
    },
    etcdNodes: seen.flatMap(({ machine: { node } }) => (masters.has(node.name) ? [] : [node])),
  };
};

const same = (some: readonly Certificate[], others: readonly Certificate[]): boolean =>
  some.some(({ fingerprint }) => others.some((one) => one.fingerprint === fingerprint));

const lookAtMember = async (
  context: DiscoveryContext,
  { node, session }: Machine,
  clientPort: number,
): Promise<Seen> => {
  const process = await wholeProcess(session, "etcd");
  const said = await settings(session, process);
  const needed = (flag: string): string => {
    const value = said(flag);
    if (value !== undefined) return value;
    const differences = [`${session.name}: etcd has no --${flag}, and no variable of that name`];
    throw failure("discovery.flags", { differences });
  };
  const files = {
    serverCertificate: needed("cert-file"),
    serverKey: needed("key-file"),
    peerCertificate: needed("peer-cert-file"),
    peerKey: needed("peer-key-file"),
    peerTrust: needed("peer-trusted-ca-file"),
    clientTrust: needed("trusted-ca-file"),
  };
  const [program = "etcd"] = process.command;
  const [version, owner] = await Promise.all([
    session.run([program, "--version"], { deadline }),
    session.run(["stat", "-c", "%U %G", files.serverKey], { deadline }),
  ]);
  const [user = "", group = ""] = owner.stdout.trim().split(" ");
  const peerPort = Number(/:(\d+)(?:,|$)/.exec(said("initial-advertise-peer-urls") ?? "")?.[1]);
  return {
    machine: { node, session },
    member: {
      name: said("name") ?? "default",
      node: node.name,
      service: serviceFor(context, session.name, "etcd", process.unit),
      clientPort,
      peerPort: Number.isNaN(peerPort) ? 2380 : peerPort,
      dataDirectory: needed("data-dir"),
      files,
    },
    etcd: {
      cluster: said("initial-cluster-token") ?? "etcd-cluster",
      version: /etcd Version: (\d+\.\d+)/.exec(version.stdout)?.[1] ?? "",
      owner: { user, group },
      binary: program,
    },
    clients: await readBundle(context, session, files.clientTrust),
    peers: await readBundle(context, session, files.peerTrust),
  };
};

const flags = [
  "name",
  "data-dir",
  "initial-cluster-token",
  "initial-advertise-peer-urls",
  "cert-file",
  "key-file",
  "trusted-ca-file",
  "peer-cert-file",
  "peer-key-file",
  "peer-trusted-ca-file",
] as const;

const variableOf = (flag: string): string => `ETCD_${flag.toUpperCase().replaceAll("-", "_")}`;

/** By flag, or else by variable (pkg/flags/flag.go, FlagToEnv); nothing else of an environment leaves the machine. */
const settings = async (
  session: NodeSession,
  { pid, command }: WholeProcess,
): Promise<(flag: string) => string | undefined> => {
  const pattern = `^(${flags.map(variableOf).join("|")})=`;
  const words = ["grep", "-azE", pattern, `/proc/${pid}/environ`];
  const { stdout } = await session.run(words, { deadline });
  const variables = new Map(
    stdout
      .split("\0")
      .map(
        (line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const,
      ),
  );
  return (flag) => {
    const value = flagValue(command, flag) ?? variables.get(variableOf(flag));
    return value === "" ? undefined : value;
  };
};
