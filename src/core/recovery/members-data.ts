import type { EtcdDataFound, RecoveryFacts } from "./facts.ts";

/** Control plane nodes that were reached, by what has become of their members' data. */
export interface MembersData {
  /** Names of nodes whose data is there. */
  readonly whole: readonly string[];
  /** Of those where it is gone, or where an etcd that was started over an empty folder has made a cluster of its own. */
  readonly lost: readonly string[];
}

export const membersData = ({ nodes }: RecoveryFacts): MembersData => {
  const masters = nodes.filter(({ role, reachable }) => role === "master" && reachable);
  const all = masters.flatMap(({ witnesses }) => witnesses.etcd ?? []).filter(isFilled);
  const isWhole = ({ witnesses: { etcd } }: (typeof masters)[number]): boolean =>
    etcd !== undefined && isFilled(etcd) && !isStray(etcd, all);
  return {
    whole: masters.filter(isWhole).map(({ name }) => name),
    lost: masters.filter((one) => !isWhole(one)).map(({ name }) => name),
  };
};

/** Whether a cluster's objects are in it: a member that was just made has none. */
const isFilled = ({ bytes, kubeadmConfig, nodes, pods, silent }: EtcdDataFound): boolean =>
  bytes > 0 &&
  (silent !== undefined || kubeadmConfig !== undefined || nodes.length > 0 || pods.length > 0);

/**
 * Of a cluster that never knew the others, which know it: what the first member's manifest makes of an empty folder, for
 * kubeadm init writes it for a cluster of one (cmd/kubeadm/app/phases/etcd/local.go: initial-cluster). What a member's
 * data once listed may still be found in it, so that a list is rather too long than too short.
 */
const isStray = (one: EtcdDataFound, all: readonly EtcdDataFound[]): boolean => {
  const own = urlsOf(one);
  if (own.size === 0) return false;
  return all.some((other) => {
    const theirs = urlsOf(other);
    return theirs.size > own.size && [...own].every((url) => theirs.has(url));
  });
};

const urlsOf = ({ members }: EtcdDataFound): ReadonlySet<string> =>
  new Set(members.flatMap(({ peerUrls }) => peerUrls));
