import type { CaseRule } from "../case-rule.ts";
import { skewLimit } from "../../plan/limits.ts";
import type { EtcdSituation } from "./judge.ts";

/** What can have happened to an etcd cluster; several may hold at once, and the first of the list leads. */
export type EtcdCaseId = (typeof etcdCases)[number]["id"];

type Rule = CaseRule<EtcdSituation>;

/** More than half of the members that the data knows of; of those that the estate has where the data cannot be read. */
const quorum = ({ facts: { members } }: EtcdSituation): number =>
  Math.floor(
    Math.max(members.length, ...members.map(({ data }) => data?.members.length ?? 0)) / 2,
  ) + 1;

const withData = ({ facts }: EtcdSituation) =>
  facts.members.filter(({ data }) => (data?.bytes ?? 0) > 0);

/** One rule for each case, gravest first. */
export const etcdCases = [
  {
    id: "clock-wrong",
    title: "a machine's clock is not the time",
    remedy:
      "Set the clock first: what is said below to be expired may be as good as new, and what would be issued now would not be valid there.",
    not: "Do not renew anything by a wrong clock.",
    citation: "RFC 5280 section 4.1.2.5",
    first: true,
    holds: ({ facts }) =>
      facts.members.some(({ clockSkew = 0 }) => Math.abs(clockSkew) > skewLimit),
  },
  {
    id: "other-cluster",
    title: "the members' data is of different clusters",
    remedy:
      "Find out which member was never part of this cluster, and leave it out of certwright.yaml: a member refuses whoever has another cluster id, whatever its certificate.",
    not: "Do not copy data directories from one member to another.",
    citation: "etcd server/storage/wal: Metadata; rafthttp/stream.go, errClusterIDMismatch",
    first: true,
    holds: ({ facts }) =>
      new Set(facts.members.flatMap(({ data }) => data?.clusterId ?? [])).size > 1,
  },
  {
    id: "member-twice",
    title: "two members have the data of one and the same",
    remedy:
      "Find out whose the data was: the other one has to be a new member. Move that copy away, leave that member out of certwright.yaml and recover the others; then remove it from the cluster (etcdctl member remove) and add it anew (etcdctl member add).",
    not: "Do not start both: two members under one id vote twice, and the cluster can come to hold two truths.",
    citation:
      "etcd server/storage/wal: Metadata; server/etcdserver/bootstrap.go: bootstrapRaftFromWAL",
    first: true,
    holds: ({ facts }) => {
      const ids = facts.members.flatMap(({ data }) => data?.memberId ?? []);
      return new Set(ids).size < ids.length;
    },
  },
  {
    id: "quorum-lost",
    title: "etcd has lost its quorum: most members' data is gone",
    remedy:
      "Bring the data back from a snapshot first, with etcd's own tools and its own decision (etcdutl snapshot restore); then run this again. Certificates and data are never repaired in one go.",
    not: "Do not start a member over an empty data directory: it makes a new, empty cluster.",
    citation: "etcd docs/op-guide/recovery (v3.6): Restoring a cluster",
    first: true,
    holds: (situation) =>
      situation.facts.members.every(({ reachable }) => reachable) &&
      // What was a member once may still be found in the data and count for the quorum.
      withData(situation).length < situation.facts.members.length &&
      withData(situation).length < quorum(situation),
  },
  {
    id: "member-without-data",
    title: "a member's data is gone, and the others have theirs",
    remedy:
      "Leave that member out of certwright.yaml and recover the others; then remove it from the cluster (etcdctl member remove) and add it anew (etcdctl member add).",
    not: "Do not start that member over an empty data directory, and do not copy another's there.",
    citation: "etcd docs/op-guide/runtime-configuration (v3.6): Replace a failed machine",
    first: true,
    holds: (situation) =>
      situation.facts.members.every(({ reachable }) => reachable) &&
      withData(situation).length >= quorum(situation) &&
      withData(situation).length < situation.facts.members.length,
  },
  {
    id: "ca-of-another",
    title:
      "a CA below another one cannot sign, and certwright does not have the key of the one above",
    remedy:
      "Have that one sign a new generation first: certwright ca generation, then what it says.",
    not: "Do not make a self-signed CA in its place: who trusts the one above trusts only that.",
    citation: "RFC 5280 section 6.1",
    first: true,
    holds: ({ signing }) =>
      [...signing.values()].some(
        ({ how, issuer }) => how === "new" && issuer.current?.isBelowAnother === true,
      ),
  },
  {
    id: "shared-file",
    title: "one file is to hold what two CAs sign, or to trust both",
    remedy:
      "Name one issuer for both in certwright.yaml (etcd.issuers), or give each a file of its own (etcd.members: files).",
    not: "Do not put certificates into that file by hand while members run.",
    citation: "etcd server/embed/config.go: --trusted-ca-file, --peer-trusted-ca-file",
    first: true,
    holds: ({ places }) =>
      places.some(
        ({ of, place, faults }) =>
          faults.length > 0 &&
          places.some(
            (other) =>
              other.of.node === of.node &&
              other.place.path === place.path &&
              other.place.issuer !== place.issuer,
          ),
      ),
  },
  {
    id: "ca-lost-and-serving",
    title: "a CA cannot sign any more, and the cluster still works with what it has",
    remedy:
      "Rotate that CA while everything works, without an interruption: certwright plan rotate, which needs no key of the old one.",
    not: "Do not restart a member: what it has in its memory may be what still works.",
    citation: "etcd client/pkg/v3/transport/listener.go: CAs are read at the start only",
    first: true,
    holds: ({ signing, isServing }) =>
      isServing && [...signing.values()].some(({ how }) => how === "new"),
  },
  {
    id: "ca-lost",
    title: "a CA cannot sign any more: its key is nowhere that certwright knows, or it has expired",
    remedy:
      "A new CA is made, with it every certificate and every trust file of members and clients, and all members are started anew at once. If somebody has its key and it has not expired, take it over first, which costs less: certwright ca adopt NAME --certificate FILE --key FILE.",
    not: "Do not restart members one by one: with half of them trusting another CA none has a quorum.",
    citation:
      "etcd client/pkg/v3/transport/listener.go: CAs are read at the start only; etcd#11555",
    holds: ({ signing }) => [...signing.values()].some(({ how }) => how === "new"),
  },
  {
    id: "leaves-dead",
    title: "certificates have expired, are missing or are wrong, and their CA can sign",
    remedy:
      "They are issued again. A running member reads them at its next handshake; only members that do not run, or that read a trust file which is made anew, are started.",
    not: "Do not make a new CA: whoever trusts the one there is would have to be given it.",
    citation: "etcd client/pkg/v3/transport/listener.go: GetCertificate reads the files each time",
    holds: ({ places }) => places.some(({ faults }) => faults.length > 0),
  },
  {
    id: "not-started",
    title: "members do not run, or have not read the trust files that are there",
    remedy: "They are started, so that there is a quorum; then each is looked at.",
    not: "Do not start a member over an empty data directory: it makes a new, empty cluster.",
    citation: "etcd docs/op-guide/failures (v3.6)",
    holds: ({ starts }) => starts.length > 0,
  },
] as const satisfies readonly Rule[];

/** What is so, gravest first; empty: nothing is wrong. */
export const etcdCasesOf = (situation: EtcdSituation): readonly (Rule & { id: EtcdCaseId })[] =>
  etcdCases.filter(({ holds }) => holds(situation));
