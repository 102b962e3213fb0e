import { CertwrightError } from "../../core/errors/certwright-error.ts";
import type { Fingerprint, Instant } from "../../core/model/certificate.ts";
import type { EtcdDataFound, PodFound, WebhookFound } from "../../core/recovery/facts.ts";
import {
  bytesOfDump,
  leadBytes,
  readDeletion,
  readFoundKeys,
  readMembers,
  readHead,
  sealedWords,
  type EtcdRecord,
  type RecordHead,
} from "../../core/recovery/data/etcd-record.ts";
import {
  configMapData,
  nodeObject,
  staticPod,
  webhooksIn,
} from "../../core/recovery/data/kubernetes-object.ts";
import { treePrograms } from "../../core/recovery/tree.ts";
import { utf8Bytes } from "../../core/bytes/utf8.ts";
import type { NodeSession } from "../../ports/node.ts";
import { limitCalls } from "../limit-calls.ts";
import { certificatesIn, type Reader } from "../rotation/place/material.ts";

/** grep reads 1 GB a second from memory and a tenth of that from a slow disk; databases end at 8 GB (etcd's advice). */
const searchDeadline = 60_000;
const readDeadline = 5000;

/** Longest record that is read: above etcd's own limit for a request (1.5 MiB) nothing is stored; objects asked for here are far below. */
const longestRecord = 256 * 1024;

const atOnce = 6;

const configKey = "/registry/configmaps/kube-system/kubeadm-config";
const kubeletKey = "/registry/configmaps/kube-system/kubelet-config";
const rootCaKey = "/registry/configmaps/kube-system/kube-root-ca.crt";
const keyPattern = `/registry/(configmaps/kube-system/(kubeadm-config|kubelet-config|kube-root-ca[.]crt)|pods/kube-system/(${treePrograms.join("|")})-[a-z0-9.-]+|minions/[a-z0-9.-]+|(validating|mutating)webhookconfigurations/[a-z0-9.-]+)`;
const memberPattern = '[{]"id":[0-9]+,"peerURLs":\\[[^]]*\\],("isLearner":true,)?"name":"[^"]+"';

/**
 * What etcd's database on a machine's disk still tells, read as it lies there: no etcd runs for it, and a running one does
 * not notice. Undefined when there is none. A database that is written at the moment may lack its last tenth of a second
 * (server/storage/backend: batch interval 100 ms). What was deleted is left out where that still shows. Never throws for what the data is like.
 */
export const readEtcdData = async (
  reader: Reader,
  session: NodeSession,
  directory: string,
): Promise<EtcdDataFound | undefined> => {
  const path = `${directory}/member/snap/db`;
  const bytes = await sizeOf(session, path);
  if (bytes === undefined) return undefined;
  const changedAt = await changeOf(session, path);
  const written = changedAt === undefined ? {} : { changedAt };
  const empty = { directory, bytes, ...written, members: [], pods: [], nodes: [], rootCas: [] };
  try {
    const search = (pattern: string) =>
      session.run(["grep", "-aboE", "-e", pattern, path], { deadline: searchDeadline });
    const [keys, members] = await Promise.all([search(keyPattern), search(memberPattern)]);
    const records = await newestRecords(session, path, keys.stdout);
    const sealed = records.map(({ value }) => sealedWords(value)).find((why) => why !== undefined);
    const config = records.find(({ key }) => key === configKey);
    const rootCa = records.find(({ key }) => key === rootCaKey);
    const text =
      config === undefined ? undefined : configMapData(config.value)["ClusterConfiguration"];
    const webhooks = records.flatMap((record) => webhooksOf(reader, record));
    const services = [...new Set(webhooks.flatMap(({ service }) => service ?? []))];
    const served = await keysThere(
      session,
      path,
      services.map((one) => `${serviceKey}${one}`),
    );
    const kubelet = records.find(({ key }) => key === kubeletKey);
    const kubeletText = kubelet === undefined ? undefined : configMapData(kubelet.value)["kubelet"];
    return {
      ...empty,
      ...(kubeletText === undefined ? {} : { kubeletConfig: kubeletText }),
      members: readMembers(members.stdout),
      ...(text === undefined ? {} : { kubeadmConfig: text }),
      pods: records.flatMap(({ key, value }): readonly PodFound[] => {
        const pod = key.startsWith("/registry/pods/") ? staticPod(value) : undefined;
        return pod === undefined ? [] : [pod];
      }),
      nodes: records.flatMap(({ key, value }) => {
        const node = key.startsWith("/registry/minions/") ? nodeObject(value) : undefined;
        return node === undefined ? [] : [node];
      }),
      webhooks: webhooks.map((one) =>
        Object.assign(one, { isServed: served.has(`${serviceKey}${one.service}`) }),
      ),
      rootCas: rootCa === undefined ? [] : fingerprintsIn(reader, rootCa),
      ...(sealed === undefined ? {} : { silent: sealed }),
    };
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    return { ...empty, silent: error.message };
  }
};

const fingerprintsIn = (reader: Reader, { key, value }: EtcdRecord): readonly Fingerprint[] =>
  certificatesIn(reader, utf8Bytes(configMapData(value)["ca.crt"] ?? ""), {
    source: key,
  }).certificates.map(({ fingerprint }) => fingerprint);

const serviceKey = "/registry/services/specs/";

const webhooksOf = (reader: Reader, { key, value }: EtcdRecord): readonly WebhookFound[] => {
  const [, kind, configuration] =
    /^\/registry\/(validating|mutating)webhookconfigurations\/(.+)$/.exec(key) ?? [];
  if (kind === undefined || configuration === undefined) return [];
  const at = {
    kind: `${kind === "validating" ? "Validating" : "Mutating"}WebhookConfiguration`,
    configuration,
    isServed: false,
  } as const;
  return webhooksIn(value).map(({ caBundle, ...webhook }) => {
    const { certificates } = certificatesIn(reader, caBundle, { source: key });
    return Object.assign(webhook, at, { caEnds: certificates.map(({ notAfter }) => notAfter) });
  });
};

/** Which of these keys have a value. */
const keysThere = async (
  session: NodeSession,
  path: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> => {
  if (keys.length === 0) return new Set();
  const pattern = `(${keys.map((one) => one.replaceAll(".", "[.]")).join("|")})`;
  const { stdout } = await session.run(["grep", "-aboE", "-e", pattern, path], {
    deadline: searchDeadline,
  });
  return new Set((await newestHeads(session, path, stdout)).keys());
};

/** Of each key the record with the highest revision. */
const newestRecords = async (
  session: NodeSession,
  path: string,
  found: string,
): Promise<readonly EtcdRecord[]> => {
  const limited = limitCalls(atOnce);
  const there = await newestHeads(session, path, found);
  return Promise.all(
    [...there].map(async ([key, { modRevision, offset, start, length }]) => {
      const value = await limited(() => dump(session, path, offset + start, length));
      return { key, modRevision, value };
    }),
  );
};

type PlacedHead = RecordHead & { readonly offset: number };

/** Where of each key that is there the value with the highest revision stands. */
const newestHeads = async (
  session: NodeSession,
  path: string,
  found: string,
): Promise<ReadonlyMap<string, PlacedHead>> => {
  const keys = readFoundKeys(found);
  const dumps = await dumpMany(
    session,
    path,
    keys.map(({ offset }) => Math.max(0, offset - leadBytes)),
  );
  const newest = new Map<string, PlacedHead>();
  const deleted = new Map<string, number>();
  for (const [i, { key, offset }] of keys.entries()) {
    const dumped = dumps[i] ?? new Uint8Array();
    const lead = Math.min(leadBytes, offset);
    const head = readHead(dumped.subarray(lead), key);
    if (head === undefined) {
      const revision = readDeletion(dumped, lead, key) ?? 0;
      deleted.set(key, Math.max(revision, deleted.get(key) ?? 0));
      continue;
    }
    if (head.length > longestRecord) continue;
    if (head.modRevision > (newest.get(key)?.modRevision ?? 0))
      newest.set(key, { ...head, offset });
  }
  // A mirror pod that was deleted when its node had lost everything still tells what ran there.
  const isGone = (key: string, revision: number): boolean =>
    !key.startsWith("/registry/pods/") && (deleted.get(key) ?? 0) > revision;
  return new Map([...newest].filter(([key, { modRevision }]) => !isGone(key, modRevision)));
};

/** What stands before a key, the key and the numbers behind it: the longest name of an object is 253 characters (RFC 1123 as Kubernetes takes it). */
const headBytes = 408;

/** Places that one program looks at: its output stays below what a session takes (1 MiB). */
const placesAtOnce = 500;

/** The first bytes at each of these places. xargs and od are on every machine (POSIX), and one call does for all. */
const dumpMany = async (
  session: NodeSession,
  path: string,
  offsets: readonly number[],
): Promise<readonly Uint8Array[]> => {
  const dumps: Uint8Array[] = [];
  for (let from = 0; from < offsets.length; from += placesAtOnce) {
    const part = offsets.slice(from, from + placesAtOnce);
    const { stdout } = await session.run(
      ["xargs", "-I", "{}", ...dumpWords("{}", headBytes), path],
      { deadline: searchDeadline, input: utf8Bytes(`${part.join("\n")}\n`) },
    );
    const bytes = bytesOfDump(stdout);
    for (let i = 0; i < part.length; i++)
      dumps.push(bytes.subarray(i * headBytes, (i + 1) * headBytes));
  }
  return dumps;
};

const dumpWords = (offset: string, length: number): readonly string[] => [
  "od",
  "-An",
  "-v",
  "-tx1",
  "-j",
  offset,
  "-N",
  String(length),
];

const dump = async (
  session: NodeSession,
  path: string,
  offset: number,
  length: number,
): Promise<Uint8Array> => {
  const { stdout } = await session.run([...dumpWords(String(offset), length), path], {
    deadline: readDeadline,
  });
  return bytesOfDump(stdout);
};

/** Larger than a session reads: only its size is asked for. */
const sizeOf = async (session: NodeSession, path: string): Promise<number | undefined> => {
  const { code, stdout } = await session.run(["wc", "-c", path], { deadline: readDeadline });
  const size = Number.parseInt(stdout, 10);
  return code === 0 && Number.isFinite(size) ? size : undefined;
};

const changeOf = async (session: NodeSession, path: string): Promise<Instant | undefined> => {
  const { code, stdout } = await session.run(["stat", "-c", "%Y", path], {
    deadline: readDeadline,
  });
  const seconds = Number.parseInt(stdout, 10);
  return code === 0 && Number.isFinite(seconds) ? seconds * 1000 : undefined;
};
