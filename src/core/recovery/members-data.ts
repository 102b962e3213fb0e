import { flagValue } from "../manifest/flag-value.ts";
import type { EtcdDataFound, RecoveryFacts } from "./facts.ts";
import { fileAt } from "./judge.ts";

/** Control plane nodes that were reached, by what has become of their members' data. */
export interface MembersData {
  /** Names of nodes whose data is there. */
  readonly whole: readonly string[];
  /** Of those where it is gone, or where an etcd that was started over an empty folder has made a cluster of its own. */
  readonly lost: readonly string[];
  /** How many members there are for all that is known: of as many of them more than half are a quorum. */
  readonly count: number;
  /** Members that data or a manifest names and whose nodes were not looked at. */
  readonly unseen: readonly KnownMember[];
}

export interface KnownMember {
  readonly name: string;
  readonly url: string;
}

export const membersData = (facts: RecoveryFacts): MembersData => {
  const masters = facts.nodes.filter(({ role, reachable }) => role === "master" && reachable);
  const all = masters.flatMap(({ witnesses }) => witnesses.etcd ?? []).filter(isFilled);
  const isWhole = ({ witnesses: { etcd } }: (typeof masters)[number]): boolean =>
    etcd !== undefined && isFilled(etcd) && !isStray(etcd, all);
  return {
    whole: masters.filter(isWhole).map(({ name }) => name),
    // Of a member that runs nobody knows yet that it is lost.
    lost: masters
      .filter((one) => !isWhole(one) && one.witnesses.dataless === undefined)
      .map(({ name }) => name),
    ...membersOf(facts, masters),
  };
};

/**
 * Names count, not only addresses: a node is called by the operator as they like. Where there are no more names than
 * nodes that were looked at, all are known.
 */
const membersOf = (
  facts: RecoveryFacts,
  masters: RecoveryFacts["nodes"],
): Pick<MembersData, "count" | "unseen"> => {
  const { nodes, gone = [] } = facts;
  const known = new Map<string, string>();
  for (const { witnesses } of nodes)
    for (const { name, peerUrls } of witnesses.etcd?.members ?? [])
      known.set(name, peerUrls.join(" "));
  const commands = masters.map((one) => etcdCommand(facts, one));
  // "m1=https://10.0.0.1:2380,m2=https://10.0.0.2:2380", as kubeadm join writes it of those that are there.
  for (const word of commands.flatMap(
    (one) => flagValue(one, "initial-cluster")?.split(",") ?? [],
  )) {
    const cut = word.indexOf("=");
    if (cut > 0 && !known.has(word.slice(0, cut)))
      known.set(word.slice(0, cut), word.slice(cut + 1));
  }
  const own = new Set([
    ...masters.map(({ name }) => name),
    ...commands.flatMap((one) => flagValue(one, "name") ?? []),
  ]);
  for (const name of gone) if (!own.has(name)) known.delete(name);
  const count = Math.max(masters.length, known.size);
  return {
    count,
    unseen:
      count > masters.length
        ? [...known].filter(([name]) => !own.has(name)).map(([name, url]) => ({ name, url }))
        : [],
  };
};

/** What the manifest of a node's etcd starts; nothing where there is none. */
export const etcdCommand = (
  facts: RecoveryFacts,
  node: RecoveryFacts["nodes"][number],
): readonly string[] => fileAt(facts, node, { path: "manifests/etcd.yaml" })?.starts?.command ?? [];

/** Whether a cluster's objects are in it: a member that was just made has none. */
const isFilled = ({ bytes, kubeadmConfig, nodes, pods, silent }: EtcdDataFound): boolean =>
  bytes > 0 &&
  (silent !== undefined || kubeadmConfig !== undefined || nodes.length > 0 || pods.length > 0);

/**
 * Of a cluster that never knew the others, which know it: what the first member's manifest makes of an empty folder, for
 * kubeadm init writes it for a cluster of one (cmd/kubeadm/app/phases/etcd/local.go: initial-cluster), itself alone. A longer
 * list that is part of another is none: what a member's data once listed may still be found in it.
 */
const isStray = (one: EtcdDataFound, all: readonly EtcdDataFound[]): boolean => {
  const own = urlsOf(one);
  if (own.size !== 1) return false;
  return all.some((other) => {
    const theirs = urlsOf(other);
    return theirs.size > own.size && [...own].every((url) => theirs.has(url));
  });
};

const urlsOf = ({ members }: EtcdDataFound): ReadonlySet<string> =>
  new Set(members.flatMap(({ peerUrls }) => peerUrls));
