import { CertwrightError } from "../../core/errors/certwright-error.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import type { CertificateFacts } from "../../core/model/inventory.ts";
import type { EstateNode } from "../../core/model/estate.ts";
import type {
  EtcdDataFound,
  FileFound,
  KeptCa,
  NodeFound,
  ProcessFound,
  RecoveryFacts,
  ServedFound,
  TokenKeyFound,
  Witnesses,
} from "../../core/recovery/facts.ts";
import { etcdFolderOf } from "../../core/recovery/etcd-folder.ts";
import { treePrograms } from "../../core/recovery/tree.ts";
import { parseCertificate } from "../../core/x509/certificate.ts";
import type { NodeSession } from "../../ports/node.ts";
import { bySubject, factsOf } from "../rotation/gather/certificates.ts";
import type { RotationPorts } from "../rotation/ports.ts";
import { ownProcess } from "../rotation/process.ts";
import { bytesBelow, roomFor } from "./cold-copy.ts";
import { readEtcdData } from "./read-etcd-data.ts";
import { pemOfKeys, publicKeysIn } from "../rotation/place/bare-keys.ts";
import { readTokenKeys } from "./token-keys.ts";
import { readTree, type TreeFileRead } from "./read-tree.ts";

export interface LookOptions {
  readonly ports: Pick<
    RotationPorts,
    "nodes" | "tls" | "digests" | "verifySignature" | "identifyKey" | "clock"
  >;
  readonly nodes: readonly EstateNode[];
  readonly directory: string;
  readonly etcdDataDirectory: string;
  /** CAs whose keys certwright keeps. */
  readonly kept: readonly (KeptCa & { readonly certificate: Certificate })[];
  /** Told what is being looked at, in words. */
  readonly progress: (what: string) => void;
}

/** Ports that a witness may still answer on, and whose they are. */
const ports = [
  { port: 6443, program: "kube-apiserver" },
  { port: 2379, program: "etcd" },
  { port: 2380, program: "etcd" },
  { port: 10250, program: "kubelet" },
] as const;

const programs = [...treePrograms, "kubelet"] as const;

/** A handshake on the machine's own address; what lives answers in milliseconds. */
const servedDeadline = 3000;

interface NodeRead extends Omit<NodeFound, "files" | "witnesses" | "role"> {
  readonly files: readonly TreeFileRead[];
  readonly processes: readonly ProcessFound[];
  readonly served: readonly {
    readonly port: number;
    readonly program: string;
    readonly chain: readonly Certificate[];
  }[];
  readonly tokenKeys: readonly TokenKeyFound[];
  readonly etcd?: EtcdDataFound;
  readonly dataless?: Witnesses["dataless"];
}

/** Looks at every machine at once and changes nothing. A machine that is not reached is an answer. */
export const lookForRecovery = async (options: LookOptions): Promise<RecoveryFacts> => {
  const { nodes, progress, kept } = options;
  let done = 0;
  progress(`machines: 0 of ${nodes.length}`);
  const read = await Promise.all(
    nodes.map(async (node) => {
      const seen = await readNode(options, node);
      progress(`machines: ${(done += 1)} of ${nodes.length}`);
      return seen;
    }),
  );
  const known = read.flatMap((node) => [
    ...node.files.flatMap(({ certificates, trusts = [] }) => [...certificates, ...trusts]),
    ...node.served.flatMap(({ chain }) => chain),
  ]);
  const signers = bySubject([...known, ...kept.map(({ certificate }) => certificate)]);
  const facts = (one: Certificate): CertificateFacts => factsOf(options.ports, one, signers);
  return {
    takenAt: options.ports.clock.now(),
    directory: options.directory,
    nodes: read.map((node) => foundOf(node, facts)),
    kept: kept.map(({ ca, key, generation, notAfter }) => ({ ca, key, generation, notAfter })),
  };
};

const foundOf = (
  { files, processes, served, tokenKeys, etcd, dataless, ...node }: NodeRead,
  facts: (certificate: Certificate) => CertificateFacts,
): NodeFound => {
  const found = files.map(({ certificates, trusts, ...file }): FileFound => ({
    ...file,
    certificates: certificates.map(facts),
    ...(trusts === undefined ? {} : { trusts: trusts.map(facts) }),
  }));
  return {
    ...node,
    role: roleOf(found, processes, etcd),
    files: found,
    witnesses: {
      processes,
      tokenKeys,
      served: served.map(({ chain, ...one }): ServedFound => ({
        ...one,
        certificates: chain.map(facts),
      })),
      ...(etcd === undefined ? {} : { etcd }),
      ...(dataless === undefined ? {} : { dataless }),
    },
  };
};

/** A control plane node shows as one by what only those have, a worker by its kubelet. */
const roleOf = (
  files: readonly FileFound[],
  processes: readonly ProcessFound[],
  etcd: EtcdDataFound | undefined,
): NodeFound["role"] => {
  const there = files.filter(({ mode }) => mode !== undefined).map(({ path }) => path);
  const masters = there.some(
    (path) =>
      /\/(?:manifests\/|admin\.conf$|controller-manager\.conf$|scheduler\.conf$)/.test(path) ||
      (path.includes("/pki/") && !path.endsWith("/pki/ca.crt") && !path.includes("/kubelet/")),
  );
  if (masters || etcd !== undefined) return "master";
  if (processes.some(({ program }) => program !== "kubelet")) return "master";
  return there.length > 0 || processes.length > 0 ? "worker" : "neither";
};

const readNode = async (options: LookOptions, node: EstateNode): Promise<NodeRead> => {
  const { digests, identifyKey, nodes } = options.ports;
  const reader = { digests, identifyKey };
  const nothing = { files: [], processes: [], served: [], tokenKeys: [] };
  let session: NodeSession | undefined;
  try {
    session = await nodes.open(node);
    const open = session;
    const [files, processes, served, skew] = await Promise.all([
      readTree(reader, open, options.directory),
      readProcesses(open),
      readServed(options, open),
      open.clockSkew(),
    ]);
    const running = await ownProcess(open, "etcd");
    const dataDirectory =
      etcdFolderOf(
        files.find(({ path }) => path === `${options.directory}/manifests/etcd.yaml`)?.starts,
        running?.command,
      ) ?? options.etcdDataDirectory;
    const [etcd, room, readOnly] = await Promise.all([
      readEtcdData(reader, open, dataDirectory),
      roomForCopy(open, [options.directory, kubeletFolder, dataDirectory]),
      readOnlyFolders(open, options.directory),
    ]);
    const api = served.find(({ program }) => program === "kube-apiserver");
    const told =
      api === undefined ? [] : await readTokenKeys(options.ports, open, api.port, api.chain);
    const tokenKeys = [...(await keysInFile(options, open)), ...told];
    return {
      name: node.name,
      reachable: true,
      clockSkew: skew.skew,
      files,
      processes,
      served,
      tokenKeys,
      room,
      readOnly,
      ...(etcd === undefined ? {} : { etcd }),
      ...(running === undefined || etcd !== undefined
        ? {}
        : { dataless: { pid: running.pid, directory: dataDirectory } }),
    };
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    return { name: node.name, reachable: false, why: error.message, ...nothing };
  } finally {
    await session?.close().catch(() => undefined);
  }
};

const kubeletFolder = "/var/lib/kubelet/pki";

/** Where copies lie and etcd's data, too. */
const stateFolder = "/var/lib";

const roomForCopy = async (
  session: NodeSession,
  paths: readonly string[],
): Promise<NonNullable<NodeFound["room"]>> => {
  const [free, bytes] = await Promise.all([
    session.freeBytes(stateFolder),
    bytesBelow(session, paths),
  ]);
  return { path: stateFolder, free, needed: roomFor(bytes) };
};

/** What root may not write to is mounted read-only. */
const readOnlyFolders = async (
  session: NodeSession,
  directory: string,
): Promise<readonly string[]> => {
  const folders = [directory.slice(0, directory.lastIndexOf("/")), stateFolder];
  const answers = await Promise.all(
    folders.map((path) => session.run(["test", "-w", path], { deadline: writableDeadline })),
  );
  return folders.filter((_, i) => answers[i]!.code !== 0);
};

const writableDeadline = 5000;

/** Public keys that API servers would accept if they were started now. */
const keysInFile = async (
  { ports: { digests, identifyKey }, directory }: LookOptions,
  session: NodeSession,
): Promise<readonly TokenKeyFound[]> => {
  const file = await session.read(`${directory}/pki/sa.pub`);
  if (file === undefined) return [];
  const origin = { source: file.path, mode: file.facts.mode };
  return publicKeysIn({ digests, identifyKey }, file.bytes, origin).keys.flatMap(({ id, spki }) =>
    spki === undefined ? [] : [{ key: id, pem: pemOfKeys([spki]) }],
  );
};

const readProcesses = async (session: NodeSession): Promise<readonly ProcessFound[]> =>
  (
    await Promise.all(
      programs.map(async (program) =>
        (await session.processes(program)).map(({ pid, command }) => ({ program, pid, command })),
      ),
    )
  ).flat();

/** Whoever does not answer is no witness. */
const readServed = async (
  { ports: { tls, digests } }: LookOptions,
  session: NodeSession,
): Promise<NodeRead["served"]> =>
  (
    await Promise.all(
      ports.map(async ({ port, program }) => {
        try {
          const over = await session.dial("127.0.0.1", port, servedDeadline);
          const chain = await tls.served({ host: "127.0.0.1", port, over }, servedDeadline);
          const read = { digests, reading: "tolerant" } as const;
          return [{ port, program, chain: chain.map((der) => parseCertificate(der, read)) }];
        } catch (error) {
          if (!(error instanceof CertwrightError)) throw error;
          return [];
        }
      }),
    )
  ).flat();
