import { createHash } from "node:crypto";
import type { Node } from "../cluster/node.ts";

/** Digest of each object's bytes in etcd, by its key: "/registry/secrets/default/x". */
export type Objects = ReadonlyMap<string, string>;

/** Kept for a moment by those who made them, or by clock: who was asleep makes them anew. */
const passing = /^\/registry\/(?:events|leases|masterleases|certificatesigningrequests)\//;

const pki = "/etc/kubernetes/pki/etcd";

/** Everything that the cluster has, but for what passes by itself, as a member on that node tells. */
export const objectsOf = async (node: Node): Promise<Objects> => {
  const text = await node.run([
    "etcdctl",
    "--endpoints=https://127.0.0.1:2379",
    `--cacert=${pki}/ca.crt`,
    `--cert=${pki}/server.crt`,
    `--key=${pki}/server.key`,
    "get",
    "--prefix",
    "/registry/",
    "--write-out=json",
  ]);
  const { kvs = [] } = JSON.parse(text) as {
    readonly kvs?: readonly { readonly key: string; readonly value: string }[];
  };
  return new Map(
    kvs
      .map(({ key, value }) => [Buffer.from(key, "base64").toString(), value] as const)
      .filter(([key]) => !passing.test(key))
      .map(([key, value]) => [key, createHash("sha256").update(value).digest("hex")]),
  );
};

/** What of `before` is no longer there. `replaced`: "kube-system/coredns", whose pods are others afterwards. */
export const lostOf = (
  before: Objects,
  after: Objects,
  replaced: readonly string[],
): readonly string[] =>
  [...before.keys()].filter(
    (key) => !after.has(key) && !replaced.some((name) => key.startsWith(`/registry/pods/${name}-`)),
  );

/** Objects that are there as before, byte for byte. */
export const sameIn = (before: Objects, after: Objects): number =>
  [...before].filter(([key, digest]) => after.get(key) === digest).length;
