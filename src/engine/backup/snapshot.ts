import { prefixRange } from "../../core/estate/key-range.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { BackupGroup } from "../../core/model/backup.ts";
import type { EtcdCluster, EtcdMember } from "../../core/model/estate.ts";
import type { BackupWriter } from "../../ports/backups.ts";
import type { EtcdAnswer, EtcdConnection, EtcdCredentials, EtcdStatus } from "../../ports/etcd.ts";
import { clientTarget, endpointOf } from "../etcd/connect.ts";
import { openSessions } from "../rotation/sessions.ts";
import { ownRootFiles, rootCredentials } from "../rotation/root-client.ts";
import type { BackupPorts } from "./ports.ts";

/** For the question who is there: a machine that is away must not keep the others waiting. */
const LOOK_DEADLINE = 10_000;
/** For each call and each next piece. A hash over 8 GiB, the largest database recommended, is read from disk at 100 MB/s. */
const DEADLINE = 120_000;
/** kube-apiserver compacts every five minutes; two in a row during a snapshot are bad luck, three are something else. */
const ATTEMPTS = 3;

export const snapshotName = (index: number): string => `snapshot-${index}`;

/** Stores a snapshot of one member, with what that member says of its data at a revision that the snapshot has. */
export const storeSnapshot = async (
  ports: BackupPorts,
  cluster: EtcdCluster,
  group: string,
  writer: BackupWriter,
  name: string,
): Promise<BackupGroup> => {
  const sessions = openSessions(ports.nodes);
  const credentials = await rootCredentials(ports.authority, cluster.issuers, () =>
    ownRootFiles(sessions, cluster),
  ).finally(() => sessions.close());
  const member = await chooseMember(ports, cluster, group, credentials);
  const connection = await ports.etcd.connect(clientTarget(member), credentials, DEADLINE);
  try {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const taken = await takeOnce({ member, connection }, group, writer, name);
      if (taken !== undefined) return taken;
    }
    throw failure("backup.compacting", { endpoint: endpointOf(member), attempts: ATTEMPTS });
  } finally {
    connection.close();
  }
};

interface Source {
  readonly member: EtcdMember;
  readonly connection: EtcdConnection;
}

/** A follower that is up to date: the leader has work enough. */
const chooseMember = async (
  { etcd }: BackupPorts,
  { members }: EtcdCluster,
  group: string,
  credentials: EtcdCredentials,
): Promise<EtcdMember> => {
  const asked = await Promise.all(
    members.map(async (member) => {
      const connection = await etcd.connect(clientTarget(member), credentials, LOOK_DEADLINE);
      const answer = await connection.status();
      connection.close();
      return { member, answer };
    }),
  );
  const rank = ({ memberId, leaderId, raftAppliedIndex }: EtcdStatus): bigint =>
    2n * raftAppliedIndex + (memberId === leaderId ? 0n : 1n);
  const [best] = asked
    .flatMap(({ member, answer }) =>
      answer.ok && !answer.value.learner ? [{ member, rank: rank(answer.value) }] : [],
    )
    .toSorted((a, b) => (a.rank < b.rank ? 1 : -1));
  if (best !== undefined) return best.member;
  throw failure("backup.no-member", {
    group,
    members: asked.map(
      ({ member, answer }) => `${member.name}: ${answer.ok ? "is a learner" : answer.message}`,
    ),
  });
};

/** Undefined when the member was compacted meanwhile, after which its hash is another one. */
const takeOnce = async (
  { member, connection }: Source,
  group: string,
  writer: BackupWriter,
  name: string,
): Promise<BackupGroup | undefined> => {
  const refused = (code: string, why: string): Error =>
    failure("backup.snapshot-refused", { endpoint: endpointOf(member), code, why });
  const required = <T>(answer: EtcdAnswer<T>): T => {
    if (answer.ok) return answer.value;
    throw refused(answer.code, answer.message);
  };
  /** Undefined for a revision that was compacted. */
  const unlessCompacted = <T>(answer: EtcdAnswer<T>): T | undefined =>
    !answer.ok && answer.message.includes("has been compacted") ? undefined : required(answer);

  const { revision, version } = required(await connection.status());
  const before = unlessCompacted(await connection.hashKv(revision));
  const keys = unlessCompacted(await connection.count(prefixRange(""), revision));
  if (before === undefined || keys === undefined) return undefined;
  const stored = await writer.store(name, async (add) => {
    required(await connection.snapshot(add));
  });
  const after = unlessCompacted(await connection.hashKv(revision));
  const same = after?.hash === before.hash && after.compactRevision === before.compactRevision;
  if (!same) return undefined;
  return {
    group,
    member: member.name,
    version,
    ...stored,
    revision: String(revision),
    compactRevision: String(before.compactRevision),
    hash: before.hash,
    keys: String(keys),
  };
};
