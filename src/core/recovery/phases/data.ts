import { flagValue, placeOfFlag } from "../../manifest/flag-value.ts";
import type { ConsumerId } from "../../model/inventory.ts";
import type { MadeFile } from "../../model/made-file.ts";
import type { Phase, Step, StepId } from "../../model/plan.ts";
import { formatInstant } from "../../x509/time.ts";
import { some } from "../../text/some.ts";
import type { Situation } from "../cases.ts";
import { force, withoutForce } from "../etcd-command.ts";
import { isStacked } from "../judge.ts";
import type { KnownMaster } from "../known-cluster.ts";
import { manifestOf } from "../manifest.ts";
import { membersData } from "../members-data.ts";
import {
  etcdGroup,
  healthy,
  phase,
  step,
  takes,
  type RecoveryOptions,
  type SnapshotFound,
} from "../steps.ts";

// etcd's data, which no certificate brings back: whose members are others afterwards, and from where they get it.

/** Which members' data the plan is about; both empty where every member has its own. */
export interface DataLoss {
  /** The node whose member goes on without the others, with its own data. */
  readonly alone?: string;
  /** Nodes whose members are replaced: they get their data from those that have it. */
  readonly replaced: readonly string[];
}

export const dataLoss = (
  { facts }: Situation,
  { restoreFrom, cluster }: RecoveryOptions,
): DataLoss => {
  if (!isStacked(facts)) return { replaced: [] };
  const { lost } = membersData(facts);
  if (restoreFrom === undefined) return { replaced: lost };
  const names = cluster.masters.map(({ name }) => name);
  return { alone: restoreFrom, replaced: names.filter((name) => name !== restoreFrom) };
};

/** Whose manifests this phase writes, and nobody else. */
export const isReplaced = ({ alone, replaced }: DataLoss, node: string): boolean =>
  alone === node || replaced.includes(node);

export const dataPhase = (loss: DataLoss, options: RecoveryOptions): Phase => {
  const { masters } = options.cluster;
  const { alone, replaced } = loss;
  const survivor = masters.find(({ name }) => name === alone);
  const steps = survivor === undefined ? [] : firstSteps(survivor, options);
  const living = masters.filter(({ name }) => !replaced.includes(name));
  const joining = masters.filter(({ name }) => replaced.includes(name));
  return phase(
    "data",
    "etcd's data",
    survivor === undefined
      ? "The members that have it give it to new ones, one after the other; PKI has no part in it."
      : `Decided by --restore-etcd-from: what ${options.snapshot?.path ?? "is"} on ${alone} ${options.snapshot === undefined ? "" : "has "}is the cluster from here on. PKI has no part in it.`,
    [
      ...steps,
      ...joining.flatMap((node, i) => {
        // etcd takes one learner at a time (server/config: max-learners).
        const before = i === 0 ? steps.at(-1)?.id : voteId(joining[i - 1]!.name);
        const others = [...living, ...joining.slice(0, i)];
        // Former members that are not yet replaced are in the living ones' list, and etcd compares its length
        // (server/etcdserver/api/membership: ValidateClusterAndAssignIDs); who goes on alone has forgotten them.
        const listed = survivor === undefined ? others.concat(joining.slice(i + 1)) : others;
        const isLast = i === joining.length - 1;
        return joinAnew(node, options, { living: others, listed, before, isLast });
      }),
    ],
  );
};

const goOnAlone = (node: KnownMaster, options: RecoveryOptions): readonly Step[] => {
  const group = etcdGroup(options);
  const { name } = node;
  const consumer = `${name}/etcd` as ConsumerId;
  const own = withoutForce(commandOf(node));
  const forced = [manifestFile(options, node, [...own, `--${force}=true`])];
  const settled = [manifestFile(options, node, own)];
  const forceStep = step(
    `data.force.${name}`,
    `have etcd on ${name} go on as the only member, with its own data (--${force})`,
    { kind: "files.make", node: name, files: forced },
    [
      { kind: "made", node: name, files: forced },
      { kind: "lone-member", group, node: name },
    ],
    {
      expected: takes.start,
      hazard: "disruptive",
      risk: `what other members had agreed on and ${name} had not received yet is given up; revisions go on from ${name}'s, so that whoever has seen a later one (kubelets, kube-proxy, network plugins, controllers) may hear of no change until it is restarted; a snapshot of ${name} instead raises them: --restore-etcd-from ${name}:/PATH`,
    },
  );
  return [
    forceStep,
    step(
      `data.settle.${name}`,
      `put the manifest of etcd back on ${name}, without --${force}`,
      { kind: "files.make", node: name, files: settled },
      [
        { kind: "made", node: name, files: settled },
        { kind: "flags", consumer, flags: {}, without: [force] },
        { ...healthy(group), only: consumer },
      ],
      { needs: [forceStep.id], expected: takes.start, hazard: "disruptive" },
    ),
  ];
};

const firstSteps = (node: KnownMaster, options: RecoveryOptions): readonly Step[] =>
  options.snapshot === undefined
    ? goOnAlone(node, options)
    : restoreSnapshot(node, options, options.snapshot);

/**
 * So far beyond what any watcher can have seen that nobody takes old for new, and everything before it is compacted, so
 * that whoever watches from there lists anew (etcd docs/op-guide/recovery, v3.6: Restoring with revision bump).
 */
const bump = ["--bump-revision=1000000000", "--mark-compacted"];

/** etcdutl is in etcd's image and on no node of kubeadm's: the kubelet runs it in etcd's place, once it is not empty it refuses. */
const restoreSnapshot = (
  node: KnownMaster,
  options: RecoveryOptions,
  { path, bytes, changedAt }: SnapshotFound,
): readonly Step[] => {
  const { name } = node;
  const { cluster, directory } = options;
  const group = etcdGroup(options);
  const folder = cluster.etcdDataDirectory;
  const restored = `${folder}/restored.${stampOf(options)}`;
  const url = peerUrlOf(node);
  const member = memberName(node);
  const command = [
    "etcdutl",
    "snapshot",
    "restore",
    path,
    `--data-dir=${restored}`,
    `--name=${member}`,
    `--initial-cluster=${member}=${url}`,
    `--initial-advertise-peer-urls=${url}`,
    // Else the same node's second restore is a cluster of the same id (server/etcdserver/api/membership: computeMemberId).
    `--initial-cluster-token=restored-${stampOf(options)}`,
    ...bump,
  ];
  const restoring = [manifestFile(options, withFolderOf(node, path), command)];
  const own = withoutForce(commandOf(node));
  const settled = [manifestFile(options, node, own)];
  const vacate = vacateStep(name, options);
  // Whoever still ran with former data would be asked beside the restored one.
  const others = cluster.masters
    .filter((one) => one.name !== name)
    .map((one) => vacateStep(one.name, options));
  const restore = step(
    `data.restore.${name}`,
    `have the kubelet on ${name} run etcdutl in etcd's place: restore ${path} (${(bytes / 1_000_000).toFixed(1)} MB, a file of ${formatInstant(changedAt)}) into ${restored}`,
    { kind: "files.make", node: name, files: restoring },
    [
      { kind: "made", node: name, files: restoring },
      { kind: "data-there", node: name, directory: restored },
    ],
    {
      needs: [vacate.id],
      expected: takes.start,
      risk: `everything that happened after the snapshot was saved is given up: the file is of ${formatInstant(changedAt)}, and what is in a copy may be older`,
    },
  );
  const place = step(
    `data.place.${name}`,
    `take that manifest away, and move what was restored to where etcd looks for it`,
    {
      kind: "etcd.data-place",
      node: name,
      manifest: `${directory}/manifests/etcd.yaml`,
      from: restored,
      directory: folder,
    },
    [{ kind: "data-there", node: name, directory: folder, from: restored }],
    { needs: [restore.id] },
  );
  return [
    vacate,
    ...others,
    restore,
    place,
    step(
      `data.settle.${name}`,
      `put the manifest of etcd back on ${name}, as the only member`,
      { kind: "files.make", node: name, files: settled },
      [
        { kind: "made", node: name, files: settled },
        { kind: "lone-member", group, node: name },
        { ...healthy(group), only: `${name}/etcd` as ConsumerId },
      ],
      {
        needs: [place.id, ...others.map(({ id }) => id)],
        expected: takes.start,
        hazard: "disruptive",
      },
    ),
  ];
};

/** The container sees the snapshot under its own path. */
const withFolderOf = (node: KnownMaster, path: string): KnownMaster => {
  const { etcd } = node.pods;
  if (etcd === undefined) return node;
  const folder = path.slice(0, path.lastIndexOf("/"));
  const mount = {
    name: "snapshot",
    hostPath: folder,
    type: "Directory",
    mountPath: folder,
    readOnly: true,
  };
  return { ...node, pods: { ...node.pods, etcd: { ...etcd, mounts: [...etcd.mounts, mount] } } };
};

const voteId = (node: string): StepId => `data.vote.${node}` as StepId;

interface Joining {
  readonly living: readonly KnownMaster[];
  /** Those and whoever else etcd has as a member then. */
  readonly listed: readonly KnownMaster[];
  /** The step that has to be done before the living ones can take anybody in. */
  readonly before: StepId | undefined;
  readonly isLast: boolean;
}

const joinAnew = (
  node: KnownMaster,
  options: RecoveryOptions,
  { living, listed, before, isLast }: Joining,
): readonly Step[] => {
  const { name } = node;
  const group = etcdGroup(options);
  const peerUrl = peerUrlOf(node);
  const files = [manifestFile(options, node, joiningCommand(node, listed))];
  const vacate = vacateStep(name, options);
  const renew = step(
    `data.renew.${name}`,
    `put a new member in the place of ${name}'s former one, among ${some(living.map((one) => one.name))}; it does not vote yet`,
    { kind: "etcd.member-renew", group, node: name, peerUrl },
    [{ kind: "member-awaited", group, node: name, peerUrl }],
    { needs: [vacate.id, ...(before === undefined ? [] : [before])] },
  );
  const join = step(
    `data.join.${name}`,
    `put the manifest of etcd back on ${name} as kubeadm join writes it`,
    { kind: "files.make", node: name, files },
    [{ kind: "made", node: name, files }],
    { needs: [renew.id] },
  );
  return [
    // Before a snapshot is restored all are.
    ...(options.snapshot === undefined ? [vacate] : []),
    renew,
    join,
    step(
      voteId(name),
      `have ${name}'s member vote, once it has the data`,
      { kind: "etcd.member-promote", group, node: name, peerUrl },
      [
        { ...healthy(group), only: `${name}/etcd` as ConsumerId },
        ...(isLast ? [healthy(group), { kind: "same-data", group } as const] : []),
      ],
      { needs: [join.id], expected: takes.start },
    ),
  ];
};

const stampOf = ({ copyTo }: RecoveryOptions): string => copyTo.slice(copyTo.lastIndexOf("/") + 1);

const vacateStep = (name: string, options: RecoveryOptions): Step => {
  const folder = options.cluster.etcdDataDirectory;
  const vacant = { node: name, directory: folder };
  const manifest = `${options.directory}/manifests/etcd.yaml`;
  return step(
    `data.vacate.${name}`,
    `take etcd's manifest on ${name} away, and set aside what is left in ${folder}`,
    {
      kind: "etcd.vacate",
      ...vacant,
      manifest,
      aside: `${folder}/member.${stampOf(options)}`,
    },
    [{ kind: "vacant", ...vacant, manifest }],
    { hazard: "disruptive" },
  );
};

const commandOf = ({ pods }: KnownMaster): readonly string[] => pods.etcd?.command ?? [];

const manifestFile = (
  { directory }: RecoveryOptions,
  { name, pods }: KnownMaster,
  command: readonly string[],
): MadeFile => {
  const pod = pods.etcd ?? { node: name, image: "", mounts: [], requests: {} };
  const text = manifestOf({ ...pod, program: "etcd", command });
  return { path: `${directory}/manifests/etcd.yaml`, mode: 0o600, make: { kind: "text", text } };
};

const peerUrlOf = (node: KnownMaster): string =>
  flagValue(commandOf(node), "initial-advertise-peer-urls") ?? `https://${node.address}:2380`;

/** As kubeadm join has it (cmd/kubeadm/app/phases/etcd/local.go): over an empty folder it makes no cluster of its own, ever. */
const joiningCommand = (node: KnownMaster, listed: readonly KnownMaster[]): readonly string[] => {
  const cluster = [...listed, node].map((one) => `${memberName(one)}=${peerUrlOf(one)}`).join(",");
  const words = withoutForce(commandOf(node));
  return withFlag(
    withFlag(words, "initial-cluster", cluster),
    "initial-cluster-state",
    "existing",
    "initial-cluster",
  );
};

const memberName = (node: KnownMaster): string => flagValue(commandOf(node), "name") ?? node.name;

/** A flag that is not there comes behind another one, where kubeadm's order of names has it, or last. */
const withFlag = (
  words: readonly string[],
  name: string,
  value: string,
  behind?: string,
): readonly string[] => {
  const at = placeOfFlag(words, name);
  const word = `--${name}=${value}`;
  if (at !== undefined) return words.toSpliced(at.index, at.apart ? 2 : 1, word);
  const before = behind === undefined ? undefined : placeOfFlag(words, behind);
  return words.toSpliced(before === undefined ? words.length : before.index + 1, 0, word);
};
