import type { CaseRule } from "./case-rule.ts";
import { runAllowance, skewLimit } from "../plan/limits.ts";
import type { Instant } from "../model/certificate.ts";
import type { RecoveryFacts } from "./facts.ts";
import { isForced, isRestoring } from "./etcd-command.ts";
import { etcdCommand, membersData } from "./members-data.ts";
import { fileAt, isStacked, prevailing, type JudgedFile } from "./judge.ts";
import { tree, treeCas, type TreeCa } from "./tree.ts";

/** What can have happened to a cluster's PKI; several may hold at once, and the first of the list leads. */
export type CaseId = (typeof cases)[number]["id"];

/** What a rule looks at. */
export interface Situation {
  readonly facts: RecoveryFacts;
  readonly files: readonly JudgedFile[];
  readonly cas: Readonly<Record<TreeCa, CaSituation>>;
  readonly masters: readonly string[];
  /** Control plane nodes whose whole tree of CAs and leaves is gone. */
  readonly bare: readonly string[];
  /** Control plane nodes whose shared files (CA pairs, token keys) are all there and right. */
  readonly donors: readonly string[];
}

/** CAs whose certificate has expired and whose key somebody has: they are issued again, for their keys and names. */
export const renewedCas = ({ cas, facts }: Situation): ReadonlySet<TreeCa> =>
  new Set(
    treeCas
      .filter((ca) => ca !== "etcd/ca" || isStacked(facts))
      .filter((ca) => cas[ca].certificate === "expired" && cas[ca].key !== "gone"),
  );

export interface CaSituation {
  /** "expired": or within a day. */
  readonly certificate: "valid" | "expired" | "gone";
  /** "kept": in certwright's authority, not on any node. */
  readonly key: "on-node" | "kept" | "gone";
  readonly notAfter?: Instant;
}

type Rule = CaseRule<Situation>;

const leafFaults = ({ files }: Situation) =>
  files.filter(
    ({ file, faults }) =>
      (file.kind === "certificate" || file.kind === "kubeconfig" || file.kind === "kubelet-pem") &&
      faults.some((fault) => fault !== "wrong-mode"),
  );

const allCas = ({ cas, facts }: Situation): readonly CaSituation[] =>
  treeCas.filter((ca) => ca !== "etcd/ca" || isStacked(facts)).map((ca) => cas[ca]);

const canSign = ({ certificate, key }: CaSituation): boolean =>
  certificate !== "gone" && key !== "gone";

/** One rule for each case, gravest first. */
export const cases = [
  {
    id: "clock-wrong",
    title: "a machine's clock is not the time",
    remedy:
      "Set the clock first: what is said below to be expired may be as good as new, and what would be issued now would not be valid there.",
    not: "Do not renew anything by a wrong clock.",
    citation: "RFC 5280 section 4.1.2.5",
    first: true,
    holds: ({ facts }) => facts.nodes.some(({ clockSkew = 0 }) => Math.abs(clockSkew) > skewLimit),
  },
  {
    id: "other-cluster",
    title: "the nodes' etcd data is of different clusters",
    remedy: "Look at one cluster's control plane nodes alone.",
    not: "Do not copy files between these nodes.",
    citation: "etcd server/etcdserver/api/membership: members of one cluster list each other",
    first: true,
    holds: ({ facts }) => {
      const lists = facts.nodes.flatMap(({ witnesses }) => {
        const { members = [] } = witnesses.etcd ?? {};
        return members.length === 0 ? [] : [new Set(members.flatMap(({ peerUrls }) => peerUrls))];
      });
      return lists.some((one) => [...one].every((url) => !lists[0]!.has(url)));
    },
  },
  {
    id: "etcd-runs-without-data",
    title: "etcd runs on a node, and its data was not found where it should be",
    remedy:
      "Save a snapshot from it first, while it runs, for its data may have been deleted under it: etcdctl snapshot save. Then see where its data is (--data-dir of the process).",
    not: "Do not stop or restart that etcd: what was deleted under a process is gone with it.",
    citation:
      "unlink(2): a deleted file stays until nobody has it open; etcd docs/op-guide/recovery",
    first: true,
    holds: ({ facts }) =>
      isStacked(facts) && facts.nodes.some(({ witnesses }) => witnesses.dataless !== undefined),
  },
  {
    id: "etcd-forced",
    title: "a manifest starts etcd with --force-new-cluster, or restores a snapshot in its place",
    remedy:
      "A run of certwright that was left in the midst of it takes that away again: certwright resume. Without one: on the node whose /etc/kubernetes/manifests/etcd.yaml has the word, take the line with --force-new-cluster out of it, and wait until its etcd has started anew; where it runs etcdutl, put back the etcd.yaml that the copy in /var/lib/certwright has. Then look again.",
    not: "Do not let other members join before: at its next start such a member throws them out again.",
    citation: "etcd docs/op-guide/configuration (v3.6): --force-new-cluster",
    first: true,
    holds: ({ facts }) =>
      facts.nodes.some((node) => {
        const command = etcdCommand(facts, node);
        return isForced(command) || isRestoring(command);
      }),
  },
  {
    id: "members-unseen",
    title: "etcd data is gone here, and not all nodes that may have it were looked at",
    remedy:
      "Name the other control plane nodes, every one, so that it is known whether most members have their data: --master NAME for each. A machine that is gone for good, and whose member does not run anywhere, is left out by --gone NAME.",
    not: "Do not go on with what this node has: a quorum that lives elsewhere would have a second cluster beside it.",
    citation: "etcd docs/op-guide/runtime-configuration (v3.6): Replace a failed machine",
    first: true,
    holds: ({ facts }) => {
      const { whole, lost, count, unseen } = membersData(facts);
      return isStacked(facts) && lost.length > 0 && unseen.length > 0 && 2 * whole.length <= count;
    },
  },
  {
    id: "quorum-lost",
    title: "etcd has lost its quorum: most members' data is gone",
    remedy:
      "Every control plane node is named first (--master), for a quorum may live where nobody looked. Then somebody decides what the cluster goes on with. With the data of a member that has its own: certwright recover --restore-etcd-from NODE, which gives up what the others had and that one had not received; its steps are named apart from those for the PKI. With a snapshot on a control plane node: --restore-etcd-from NODE:/PATH, which gives up everything since.",
    not: "Do not start a member over an empty data directory: it makes a new, empty cluster.",
    citation: "etcd docs/op-guide/recovery (v3.6): Restoring a cluster",
    first: true,
    holds: ({ facts, masters }) => {
      const { whole, unseen } = membersData(facts);
      return (
        isStacked(facts) &&
        masters.length > 0 &&
        unseen.length === 0 &&
        2 * whole.length <= masters.length
      );
    },
  },
  {
    id: "all-gone",
    title: "everything is gone on every control plane node",
    remedy:
      "The tree is made anew: CAs (the kept ones, else new ones), leaves, kubeconfigs, token keys, manifests; then etcd, one API server, kubelets, scheduler, controller-manager, and what the cluster publishes.",
    not: "Do not run kubeadm reset or kubeadm init: both delete or replace etcd's data.",
    citation: "kubernetes cmd/kubeadm/app/cmd/phases/reset/removeetcdmember.go; cmd/phases/init",
    holds: ({ bare, masters }) => masters.length > 0 && bare.length === masters.length,
  },
  {
    id: "one-of-several-gone",
    title: "everything is gone on some control plane nodes, and others have it",
    remedy:
      "CA pairs and token keys come from a node that has them; every leaf and kubeconfig is made for its own node.",
    not: "Do not copy another node's leaves: etcd's server and peer certificates carry the node's own names.",
    citation: "etcd-io/etcd#15949, kubernetes/kubernetes#118216",
    holds: ({ bare, masters, donors }) =>
      bare.length > 0 && bare.length < masters.length && donors.length > 0,
  },
  {
    id: "member-lost",
    title: "the etcd data of some control plane nodes is gone, and most have theirs",
    remedy:
      "The living members take a new one in its place, which gets the data from them: the former one is removed, its node joins with an empty folder.",
    not: "Do not start that member over an empty folder: with its former number it may forget what it has promised, and the first one makes a cluster of its own.",
    citation:
      "etcd docs/op-guide/runtime-configuration (v3.6): Replace a failed machine; kubernetes cmd/kubeadm/app/phases/etcd/local.go",
    holds: ({ facts }) => {
      const { whole, lost, count } = membersData(facts);
      return isStacked(facts) && lost.length > 0 && 2 * whole.length > count;
    },
  },
  {
    id: "master-differs",
    title: "a control plane node has another CA than the others",
    remedy: "The node gets the others' CA pairs, and leaves of its own.",
    not: "Do not spread that node's files to the others.",
    citation: "kubernetes cmd/kubeadm/app/phases/copycerts",
    holds: ({ files, donors }) =>
      donors.length > 0 &&
      files.some(({ file, faults }) => file.kind === "ca" && faults.includes("wrong-ca")),
  },
  {
    id: "copied-files",
    title: "a node has leaves that were made for another node",
    remedy: "Each node gets leaves of its own; CA pairs and token keys, which all share, stay.",
    not: "Do not restart that node's kubelet: it would come back as the other node.",
    citation: "etcd-io/etcd#15949; kubernetes plugin/pkg/auth/authorizer/node",
    holds: ({ files }) => files.some(({ faults }) => faults.includes("wrong-name")),
  },
  {
    id: "ca-lost-leaves-dead",
    title: "a CA's key is gone, and leaves that it signed are dead",
    remedy:
      "A new CA, plane by plane: etcd, API servers, kubelets. Whoever trusts the old one only is cut off until it has the new one.",
    not: "Do not delete etcd's data to start over: nothing in it is broken.",
    citation: "kubernetes/website content/en/docs/tasks/tls/manual-rotation-of-ca-certificates.md",
    holds: (situation) =>
      treeCas.some(
        (ca) =>
          ca !== "front-proxy-ca" &&
          situation.cas[ca].key === "gone" &&
          leafFaults(situation).some(({ file }) => "ca" in file && file.ca === ca),
      ),
  },
  {
    id: "ca-expired",
    title: "a CA's certificate has expired or ends within a day, and its key is there",
    remedy:
      "The CA is issued again with its key and name, so that leaves verify again; every copy of the old certificate is replaced, because Go refuses an expired root. A rotation is planned after it.",
    not: "Do not make a new CA: with the old key nothing that trusts by key has to change, and the join pin stays.",
    citation: "RFC 5280 section 6.1; crypto/x509 Verify; kubeadm discovery/token pubkeypin",
    holds: (situation) =>
      allCas(situation).some(({ certificate, key }) => certificate === "expired" && key !== "gone"),
  },
  {
    id: "token-key-lost",
    title: "the key that signs ServiceAccount tokens is gone",
    remedy:
      "A new pair signs; the old public key goes on verifying where it can be had (sa.pub, a living API server's JWKS), so that no token dies.",
    not: "Do not empty token Secrets: that kills tokens that are still good.",
    citation: "kubernetes pkg/serviceaccount/legacy.go; /openid/v1/jwks",
    holds: ({ facts, files }) =>
      !facts.kept.some(({ ca }) => ca === "sa") &&
      files.some(({ file }) => file.kind === "token-key") &&
      files
        .filter(({ file }) => file.kind === "token-key")
        .every(({ faults }) => faults.includes("missing") || faults.includes("unreadable")),
  },
  {
    id: "front-proxy-lost",
    title: "the front proxy's CA is gone",
    remedy: "A new one: only aggregated APIs notice, until their servers have read it.",
    not: "Do not remove requestheader-client-ca-file from extension-apiserver-authentication.",
    citation: "kubernetes pkg/controlplane/controller/clusterauthenticationtrust",
    holds: (situation) =>
      situation.bare.length === 0 &&
      situation.cas["front-proxy-ca"].key === "gone" &&
      (situation.cas["front-proxy-ca"].certificate !== "valid" ||
        leafFaults(situation).some(({ file }) => "ca" in file && file.ca === "front-proxy-ca")),
  },
  {
    id: "ca-key-lost",
    title: "a CA's key is gone, and everything it signed still runs",
    remedy:
      "A rotation by the protocol with bundles, which needs no old key, while there is time: certwright discover, certwright ca adopt, certwright plan rotate with the CA's name. If its key is elsewhere on purpose, nothing is wrong.",
    not: "Do not restart anything yet: what runs goes on running.",
    citation: "kubernetes/website content/en/docs/tasks/tls/manual-rotation-of-ca-certificates.md",
    first: true,
    holds: (situation) =>
      leafFaults(situation).length === 0 &&
      allCas(situation).some(({ certificate, key }) => certificate === "valid" && key === "gone"),
  },
  {
    id: "leaves-expired",
    title: "leaves have expired or end within a day, and the CAs that signed them are good",
    remedy:
      "Each leaf is issued again with its own key, names and usages. etcd and API servers take it without a restart; kubelets, controller-managers and schedulers start anew.",
    not: "Do not restart what still runs before its files are new: a kubelet with an expired certificate does not come back.",
    citation:
      "kubernetes-sigs/kind#3492; kubernetes/kubernetes#102556; client/pkg/transport/listener.go",
    holds: (situation) =>
      situation.files.some(
        ({ file, faults }) =>
          faults.some((fault) => fault === "expired" || fault === "ending") &&
          "ca" in file &&
          file.kind !== "ca" &&
          file.kind !== "ca-key",
      ) &&
      treeCas.every((ca) => {
        const dead = leafFaults(situation).some(({ file }) => "ca" in file && file.ca === ca);
        return !dead || (canSign(situation.cas[ca]) && situation.cas[ca].certificate === "valid");
      }),
  },
  {
    id: "leaves-damaged",
    title: "single files are missing or wrong, and the CAs that they need are good",
    remedy: "Each is made again for its own node; everything else stays as it is.",
    not: "Do not replace the whole directory for the sake of one file.",
    citation: "kubernetes cmd/kubeadm/app/phases/certs/certlist.go",
    holds: (situation) =>
      situation.bare.length === 0 &&
      situation.files.some(({ faults }) =>
        faults.some((fault) => !["wrong-mode", "wrong-name", "expired", "ending"].includes(fault)),
      ) &&
      allCas(situation).every(canSign),
  },
  {
    id: "modes",
    title: "files are open to others",
    remedy: "They get kubeadm's modes. Who could read a key may have it: think of a rotation.",
    not: "Do not widen a directory's mode to let a program read its key.",
    citation: "client-go util/keyutil/key.go (WriteKey: 0600)",
    holds: ({ files }) => files.some(({ faults }) => faults.includes("wrong-mode")),
  },
] as const satisfies readonly Rule[];

export type RecoveryCase = (typeof cases)[number] & Pick<Rule, "first">;

/** Everything that a rule can ask for. */
export const situationOf = (facts: RecoveryFacts, files: readonly JudgedFile[]): Situation => {
  const masters = facts.nodes.filter(({ role, reachable }) => role === "master" && reachable);
  const ofNode = (name: string) => files.filter(({ node }) => node === name);
  return {
    facts,
    files,
    cas: caSituations(facts),
    masters: masters.map(({ name }) => name),
    bare: masters
      .map(({ name }) => name)
      .filter((name) =>
        ofNode(name)
          .filter(({ file }) => file.path.startsWith("pki/"))
          .every(({ faults }) => faults.includes("missing")),
      ),
    donors: masters
      .map(({ name }) => name)
      .filter((name) => {
        const shared = ofNode(name).filter(({ file }) => sharedKinds.has(file.kind));
        return shared.length > 0 && shared.every(({ faults }) => isUsable(faults));
      })
      .filter((name) => {
        const node = masters.find((one) => one.name === name)!;
        return tree.some(
          (file) => file.kind === "ca-key" && fileAt(facts, node, file) !== undefined,
        );
      }),
  };
};

const sharedKinds: ReadonlySet<string> = new Set(["ca", "ca-key", "token-key", "token-public-key"]);

const isUsable = (faults: JudgedFile["faults"]): boolean =>
  faults.every((fault) => fault === "wrong-mode");

const caSituations = (facts: RecoveryFacts): Readonly<Record<TreeCa, CaSituation>> => {
  const certificates = prevailing(facts);
  const of = (ca: TreeCa): CaSituation => {
    const kept = facts.kept.find((one) => one.ca === ca);
    const certificate = certificates.get(ca);
    const onNode =
      certificate !== undefined &&
      facts.nodes.some((node) =>
        fileAt(facts, node, { path: `pki/${ca}.key` })?.keys.includes(certificate.key),
      );
    const notAfter = certificate?.notAfter ?? kept?.notAfter;
    return {
      certificate:
        notAfter === undefined
          ? "gone"
          : facts.takenAt + runAllowance > notAfter
            ? "expired"
            : "valid",
      key: onNode
        ? "on-node"
        : kept !== undefined && keeps(kept.key, certificate?.key)
          ? "kept"
          : "gone",
      ...(notAfter === undefined ? {} : { notAfter }),
    };
  };
  return { ca: of("ca"), "front-proxy-ca": of("front-proxy-ca"), "etcd/ca": of("etcd/ca") };
};

const keeps = (kept: string, wanted: string | undefined): boolean =>
  wanted === undefined || kept === wanted;

/** The cases that hold, gravest first; none: nothing is broken. */
export const casesOf = (situation: Situation): readonly RecoveryCase[] =>
  cases.filter(({ holds }) => (holds as Rule["holds"])(situation));

/**
 * The case that somebody has to deal with before anything is planned. `restoreFrom`: it was decided with which node's
 * etcd data the cluster goes on.
 */
export const waitsFor = (
  situation: Situation,
  restoreFrom: string | undefined,
): RecoveryCase | undefined => {
  const leading = casesOf(situation).find(
    ({ id }) => id !== "quorum-lost" || restoreFrom === undefined,
  );
  return leading?.first === true ? leading : undefined;
};
