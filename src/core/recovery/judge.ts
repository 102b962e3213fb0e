import type { CertificateFacts } from "../model/inventory.ts";
import type { Instant, KeyId } from "../model/certificate.ts";
import { runAllowance } from "../plan/limits.ts";
import type { FileFound, NodeFound, RecoveryFacts } from "./facts.ts";
import { tree, treePath, type TreeCa, type TreeFile } from "./tree.ts";

/**
 * "wrong-ca": no CA that lies on the node (or, where none does, that a witness knows) has signed it; of a CA: it is not
 * the one of the other control plane nodes. "wrong-key": the key beside it is another one's.
 */
export type FileFault =
  | "missing"
  | "unreadable"
  | "expired"
  /** It does not outlast a recovery for long. */
  | "ending"
  | "not-yet-valid"
  | "wrong-key"
  | "wrong-ca"
  /** It was made for another node. */
  | "wrong-name"
  | "wrong-mode";

export interface JudgedFile {
  readonly node: string;
  readonly path: string;
  readonly file: TreeFile;
  /** Empty: present and valid. */
  readonly faults: readonly FileFault[];
  /** When it ends, or has ended; absent for what has no end. */
  readonly notAfter?: Instant;
}

/** Each file of kubeadm's tree on each node that was reached, in the tree's order. */
export const judgeFiles = (facts: RecoveryFacts): readonly JudgedFile[] => {
  const stacked = isStacked(facts);
  const standard: Standard = { facts, trusted: prevailing(facts), tokenKey: tokenKeyOf(facts) };
  const judged = facts.nodes
    .filter(({ reachable, role }) => reachable && role !== "neither")
    .flatMap((node) =>
      tree
        .filter((file) => file.on === "every" || node.role === "master")
        .filter((file) => file.stacked !== true || stacked)
        .flatMap((file) => judgeOne(standard, node, file)),
    );
  return withCopies(facts, judged);
};

/** What the files are held to. */
interface Standard {
  readonly facts: RecoveryFacts;
  readonly trusted: ReadonlyMap<TreeCa, CertificateFacts>;
  readonly tokenKey: KeyId | undefined;
}

/**
 * Whether etcd is on the control plane's nodes: its data, its process or its own certificates are there. A CA and a
 * client's certificate for it are also where etcd is elsewhere.
 */
export const isStacked = ({ nodes, directory }: RecoveryFacts): boolean =>
  nodes.some(
    ({ witnesses, files }) =>
      witnesses.etcd !== undefined ||
      witnesses.processes.some(({ program }) => program === "etcd") ||
      files.some(
        ({ path, mode }) =>
          mode !== undefined &&
          (path === `${directory}/manifests/etcd.yaml` ||
            /\/pki\/etcd\/(?:server|peer)\.(?:crt|key)$/.test(path)),
      ),
  );

/** The CA certificate that counts for each CA: what most control plane nodes have, or what pods were given. */
export const prevailing = (facts: RecoveryFacts): ReadonlyMap<TreeCa, CertificateFacts> => {
  const given = new Set(facts.nodes.flatMap(({ witnesses }) => witnesses.etcd?.rootCas ?? []));
  const found = new Map<TreeCa, CertificateFacts>();
  for (const file of tree) {
    if (file.kind !== "ca") continue;
    const certificates = facts.nodes
      .filter(({ role }) => role === "master")
      .flatMap((node) => fileAt(facts, node, file)?.certificates.slice(0, 1) ?? []);
    const winner = most(
      certificates,
      ({ key }) => key,
      ({ fingerprint }) => (given.has(fingerprint) ? 0.5 : 0),
    );
    if (winner !== undefined) found.set(file.ca, winner);
  }
  return found;
};

/** Of the keys that sign tokens the one that most control plane nodes have. */
const tokenKeyOf = (facts: RecoveryFacts): KeyId | undefined =>
  most(
    facts.nodes
      .filter(({ role }) => role === "master")
      .flatMap((node) => fileAt(facts, node, { path: "pki/sa.key" })?.keys.slice(0, 1) ?? []),
    (key) => key,
    () => 0,
  );

/** The first of those that are there most often; `extra` is what decides where as many have another one. */
const most = <T>(
  all: readonly T[],
  identity: (one: T) => string,
  extra: (one: T) => number,
): T | undefined => {
  const votes = new Map<string, { readonly one: T; votes: number }>();
  for (const one of all) {
    const vote = votes.get(identity(one)) ?? { one, votes: extra(one) };
    vote.votes += 1;
    votes.set(identity(one), vote);
  }
  return [...votes.values()].toSorted((a, b) => b.votes - a.votes)[0]?.one;
};

export const fileAt = (
  { directory }: RecoveryFacts,
  { files }: NodeFound,
  file: Pick<TreeFile, "path">,
): FileFound | undefined => {
  const path = treePath(directory, file);
  return files.find((one) => one.path === path && one.mode !== undefined);
};

const judgeOne = (standard: Standard, node: NodeFound, file: TreeFile): readonly JudgedFile[] => {
  const { facts } = standard;
  const path = treePath(facts.directory, file);
  const found = fileAt(facts, node, file);
  const at = { node: node.name, path, file };
  if (found === undefined)
    return file.optional === undefined || othersHave(facts, file)
      ? [{ ...at, faults: ["missing"] }]
      : [];
  const [first] = found.certificates;
  const faults = faultsOf(standard, node, file, found);
  return [{ ...at, faults, ...(first === undefined ? {} : { notAfter: first.notAfter }) }];
};

/** A CA's key may be elsewhere, and then it is on no node. */
const othersHave = (facts: RecoveryFacts, file: TreeFile): boolean =>
  file.kind === "ca-key" && facts.nodes.some((node) => fileAt(facts, node, file) !== undefined);

const faultsOf = (
  { facts, trusted, tokenKey }: Standard,
  node: NodeFound,
  file: TreeFile,
  found: FileFound,
): readonly FileFault[] => {
  if (found.unreadable !== undefined) return ["unreadable"];
  const faults = new Set<FileFault>();
  const [first] = found.certificates;
  if (first !== undefined) {
    if (facts.takenAt > first.notAfter) faults.add("expired");
    else if (facts.takenAt + runAllowance > first.notAfter) faults.add("ending");
    if (facts.takenAt < first.notBefore) faults.add("not-yet-valid");
  }
  const signer = "ca" in file ? trusted.get(file.ca) : undefined;
  switch (file.kind) {
    case "ca":
      if (signer !== undefined && !found.certificates.some(({ key }) => key === signer.key))
        faults.add("wrong-ca");
      break;
    case "certificate":
      if (isForeign(first, signer)) faults.add("wrong-ca");
      if (isAnothers(facts, node, file.profile, found)) faults.add("wrong-name");
      break;
    case "kubeconfig":
    case "kubelet-pem":
      if (isForeign(first, signer)) faults.add("wrong-ca");
      if (isAnothers(facts, node, file.profile, found)) faults.add("wrong-name");
      // Go refuses a root that has expired, whoever else it trusts (x509.Certificate.Verify).
      if (found.trusts !== undefined && signer !== undefined) {
        const own = found.trusts.filter(({ key }) => key === signer.key);
        if (own.length === 0) faults.add("wrong-ca");
        else if (own.every(({ notAfter }) => facts.takenAt > notAfter)) faults.add("expired");
      }
      if (first !== undefined && found.keys.length > 0 && !found.keys.includes(first.key))
        faults.add("wrong-key");
      break;
    case "ca-key":
      if (!belongs(facts, node, file.belongsTo, found.keys)) faults.add("wrong-key");
      else if (signer !== undefined && !found.keys.includes(signer.key)) faults.add("wrong-ca");
      break;
    case "key":
      if (!belongs(facts, node, file.belongsTo, found.keys)) faults.add("wrong-key");
      break;
    case "token-key":
    case "token-public-key":
      if (tokenKey !== undefined && !found.keys.includes(tokenKey)) faults.add("wrong-key");
      break;
    case "manifest":
      break;
  }
  if (isTooOpen(file, found.mode ?? file.mode)) faults.add("wrong-mode");
  return [...faults];
};

/** Profiles whose certificates carry the name of their node (certlist.go: makeAltNamesMutator; kubeconfig.go). */
const named: ReadonlySet<string> = new Set([
  "kubeadm-etcd-server",
  "kubeadm-etcd-peer",
  "kube-apiserver",
  "kubelet-client",
]);

/** It has the name of another node, and not this one's; operators may call nodes otherwise than Kubernetes does. */
const isAnothers = (
  { nodes }: RecoveryFacts,
  { name }: NodeFound,
  profile: string,
  { names = [] }: FileFound,
): boolean => {
  if (!named.has(profile)) return false;
  const has = (node: string): boolean =>
    names.includes(node) || names.includes(`system:node:${node}`);
  const known = nodes.flatMap((one) => [
    one.name,
    ...(one.witnesses.etcd?.nodes.map((object) => object.name) ?? []),
  ]);
  return !has(name) && known.some(has);
};

/** Where leaves with another node's names lie, files of that node's that carry no name were copied with them. */
const withCopies = (facts: RecoveryFacts, judged: readonly JudgedFile[]): readonly JudgedFile[] => {
  const targets = new Set(
    judged.filter(({ faults }) => faults.includes("wrong-name")).map(({ node }) => node),
  );
  if (targets.size === 0) return judged;
  const certificateOf = (node: NodeFound, file: TreeFile) =>
    fileAt(facts, node, file)?.certificates[0]?.fingerprint;
  return judged.map((one) => {
    const { file, node: name, faults } = one;
    const isLeaf = file.kind === "certificate" || file.kind === "kubeconfig";
    if (!isLeaf || !targets.has(name) || faults.length > 0) return one;
    const own = certificateOf(
      facts.nodes.find((node) => node.name === name)!,
      file,
    );
    const others = facts.nodes.filter((node) => node.name !== name && !targets.has(node.name));
    return own !== undefined && others.some((node) => certificateOf(node, file) === own)
      ? { ...one, faults: ["wrong-name"] }
      : one;
  });
};

const isForeign = (
  certificate: CertificateFacts | undefined,
  signer: CertificateFacts | undefined,
): boolean =>
  certificate !== undefined && signer !== undefined && certificate.signedBy !== signer.key;

const belongs = (
  facts: RecoveryFacts,
  node: NodeFound,
  path: string,
  keys: readonly KeyId[],
): boolean => {
  const partner = fileAt(facts, node, { path });
  if (partner === undefined) return true;
  const own = [...partner.certificates.slice(0, 1).map(({ key }) => key), ...partner.keys];
  return own.some((key) => keys.includes(key));
};

const publicKinds: ReadonlySet<TreeFile["kind"]> = new Set([
  "ca",
  "certificate",
  // kubeadm init gives it 0600 and kubeadm join 0644.
  "token-public-key",
]);

/** Others may write what is public, or read what is not. Manifests are their owner's to open. */
const isTooOpen = ({ kind }: TreeFile, there: number): boolean =>
  kind !== "manifest" && (there & (publicKinds.has(kind) ? 0o022 : 0o077)) !== 0;
