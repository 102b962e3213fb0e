import { utf8Of } from "../../core/bytes/utf8.ts";
import type { MasterFacts } from "../../core/discovery/compare-masters.ts";
import type { NodeWay } from "../../core/discovery/discovery.ts";
import {
  manifestOf,
  otherHolderFiles,
  sharedFiles,
  staticPrograms,
  type StaticProgram,
} from "../../core/discovery/kubeadm-layout.ts";
import { CertwrightError, failure, isFailure } from "../../core/errors/certwright-error.ts";
import { readAddress } from "../../core/estate/address.ts";
import { programWords } from "../../core/manifest/flags.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import type { Digest } from "../../core/model/inventory.ts";
import { parseCertificate } from "../../core/x509/certificate.ts";
import { readPem } from "../../core/x509/pem.ts";
import type { NodeSession } from "../../ports/node.ts";
import type { DiscoveryContext } from "./context.ts";
import type { KnownNode } from "./read-cluster.ts";
import { whoConnects, type HeardThere } from "./who-connects.ts";

/** What was seen on a machine, or why nothing was. */
export type NodeFindings =
  | {
      readonly reached: true;
      readonly node: KnownNode;
      readonly way: NodeWay;
      /** Whether systemd there knows a unit of the kubelet; undefined: it was not asked. */
      readonly kubeletUnit?: boolean;
      /** Texts of files that may hold a CA. */
      readonly files: readonly { readonly path: string; readonly text: string }[];
      readonly master?: MasterFacts;
      /** What its API server's audit log tells. */
      readonly heard?: HeardThere;
    }
  | {
      readonly reached: false;
      readonly node: KnownNode;
      readonly way: NodeWay;
      readonly error: CertwrightError;
    };

/** systemctl answers at once or hangs on a broken bus. */
const unitDeadline = 20_000;

/** Throws what is wrong with what was found there; that a machine is not reached is an answer. */
export const lookAtNode = async (
  context: DiscoveryContext,
  node: KnownNode,
  role: "master" | "worker",
): Promise<NodeFindings> => {
  const opened = await openNode(context, node);
  if (opened.session === undefined)
    return { reached: false, node, way: opened.way, error: opened.error };
  const { session, way } = opened;
  try {
    const files: { path: string; text: string }[] = [];
    for (const path of otherHolderFiles) {
      const file = await session.read(path);
      if (file !== undefined) files.push({ path, text: utf8Of(file.bytes).text });
    }
    const master = role === "master" ? await readMaster(context, session) : undefined;
    const heard = master && (await whoConnects(session, master, context.now));
    return {
      reached: true,
      node,
      way,
      files,
      ...(context.kubeletRestart === undefined ? { kubeletUnit: await hasUnit(session) } : {}),
      ...(master === undefined ? {} : { master }),
      ...(heard === undefined ? {} : { heard }),
    };
  } catch (error) {
    if (error instanceof CertwrightError && error.code.startsWith("node."))
      return { reached: false, node, way, error };
    throw error;
  } finally {
    await session.close();
  }
};

type Opened =
  | { readonly session: NodeSession; readonly way: NodeWay }
  | { readonly session: undefined; readonly way: NodeWay; readonly error: CertwrightError };

/**
 * By its name first, which operators' ssh configurations have; where that leads nowhere or to a host with an unknown
 * key, by its address.
 */
export const openNode = async (
  { nodes, ssh }: Pick<DiscoveryContext, "nodes" | "ssh">,
  node: Pick<KnownNode, "name" | "addresses">,
): Promise<Opened> => {
  const refusals: { readonly way: NodeWay; readonly error: CertwrightError }[] = [];
  const addresses = node.addresses.flatMap((text) => readAddress(text) ?? []);
  for (const destination of new Set([node.name, ...node.addresses])) {
    const way = { ...(destination === node.addresses[0] ? {} : { destination }), ...ssh };
    const access = { kind: "ssh" as const, destination, ...ssh };
    try {
      return { session: await nodes.open({ name: node.name, addresses, access }), way };
    } catch (error) {
      if (!(error instanceof CertwrightError)) throw error;
      refusals.push({ way, error });
      if (!wayOnly.has(error.code)) break;
    }
  }
  const told = refusals.find(({ error }) => error.code !== "node.no-such-name") ?? refusals[0]!;
  return { session: undefined, ...told };
};

/** Another way to the same machine may do. */
const wayOnly: ReadonlySet<string> = new Set(["node.no-such-name", "node.host-key-unknown"]);

const hasUnit = async (session: NodeSession): Promise<boolean> => {
  try {
    const { code } = await session.run(["systemctl", "cat", "kubelet.service"], {
      deadline: unitDeadline,
    });
    return code === 0;
  } catch (error) {
    if (isFailure(error, "node.program-missing")) return false;
    throw error;
  }
};

const readMaster = async (
  { tools: { digests } }: DiscoveryContext,
  session: NodeSession,
): Promise<MasterFacts> => {
  const certificates = new Map<string, readonly Certificate[]>();
  const digestsOf = new Map<string, Digest>();
  const words = new Map<StaticProgram, readonly string[]>();
  for (const { path, certificates: readable } of sharedFiles) {
    if (!readable) {
      const facts = await session.facts(path);
      if (facts !== undefined) digestsOf.set(path, facts.digest);
      continue;
    }
    const file = await session.read(path);
    if (file === undefined) continue;
    certificates.set(
      path,
      readPem(file.bytes, "certificate")
        .blocks.filter(({ label }) => label === "CERTIFICATE")
        .map(({ der }) => parseAt(der, session.name, path, digests)),
    );
  }
  for (const program of staticPrograms) {
    const path = manifestOf(program);
    const file = await session.read(path);
    if (file === undefined) continue;
    const text = utf8Of(file.bytes).text;
    words.set(program, programWords(text, `${session.name}:${path}`, program));
  }
  return { node: session.name, certificates, digests: digestsOf, words };
};

export const parseAt = (
  der: Uint8Array,
  node: string,
  path: string,
  digests: DiscoveryContext["tools"]["digests"],
): Certificate => {
  try {
    return parseCertificate(der, { digests, reading: "tolerant" });
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    throw failure("discovery.no-ca", { node, path, why: error.message }, error);
  }
};
