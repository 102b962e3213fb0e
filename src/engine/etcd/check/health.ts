import { healthKey } from "../../../programs/etcd/health.ts";
import type { EtcdCluster } from "../../../core/model/estate.ts";
import type { EtcdAnswer, EtcdStatus } from "../../../ports/etcd.ts";
import { singleKey } from "../../../core/estate/key-range.ts";
import { advertisedClientUrl } from "../../../core/estate/etcd-addresses.ts";
import type { Connected } from "../connect.ts";
import type { CheckResult } from "./check-result.ts";

const words = (answer: { readonly code: string; readonly message: string }): string =>
  `${answer.message} (${answer.code})`;

/** etcd's own probe key: "etcdctl endpoint health" reads it too. */
const healthRange = singleKey(healthKey);

const memberHealth = async ({ member, connection }: Connected) => {
  const status = await connection.status();
  const read = status.ok ? await connection.count(healthRange) : status;
  return { member, status, read };
};

/** Whether each member answers, a quorum agrees, one leader leads, and the members are those of the estate. */
export const checkHealth = async (
  cluster: EtcdCluster,
  connected: readonly Connected[],
): Promise<readonly CheckResult[]> => {
  const members = await Promise.all(connected.map(memberHealth));
  const results: CheckResult[] = members.map(({ member, status, read }) => ({
    group: "health",
    id: "health.member",
    member: member.name,
    claim: "answers a linearizable read",
    verdict: read.ok ? "pass" : "fail",
    observed:
      status.ok && read.ok
        ? `etcd ${status.value.version}, ${statusWords(status.value)}`
        : words(read as EtcdAnswer<never> & { ok: false }),
    ...(read.ok
      ? {}
      : { remedy: `look at its log: journalctl -u etcd, on node ${member.node.name}` }),
  }));
  const reading = members.filter(({ read }) => read.ok).length;
  const quorum = Math.floor(cluster.members.length / 2) + 1;
  results.push({
    group: "health",
    id: "health.quorum",
    claim: `at least ${quorum} of ${cluster.members.length} members are there`,
    verdict: reading >= quorum ? "pass" : "fail",
    observed: `${reading} of ${cluster.members.length}`,
  });
  const answering = members.flatMap(({ member, status }) =>
    status.ok ? [{ member, status: status.value }] : [],
  );
  if (answering.length > 0) results.push(checkLeader(answering));
  const first = connected.find(({ member }) => answering.some((one) => one.member === member));
  if (first !== undefined) {
    results.push(await checkMembership(cluster, first), await checkAlarms(first));
  }
  return results;
};

const statusWords = (status: EtcdStatus): string => {
  const role = status.learner
    ? "learner"
    : status.leaderId === status.memberId
      ? "leader"
      : "follower";
  return [role, ...status.errors].join(", ");
};

const checkLeader = (
  answering: readonly { readonly member: { readonly name: string }; readonly status: EtcdStatus }[],
): CheckResult => {
  const leaders = new Set(answering.map(({ status }) => status.leaderId));
  const leader = answering.find(({ status }) => status.leaderId === status.memberId);
  const agreed = leaders.size === 1 && !leaders.has(0n);
  return {
    group: "health",
    id: "health.leader",
    claim: "all members follow one leader",
    verdict: agreed ? "pass" : "fail",
    observed: agreed
      ? `${leader?.member.name ?? "a member that did not answer"}, term ${answering[0]!.status.raftTerm}`
      : `leaders: ${[...leaders].map((id) => (id === 0n ? "none" : id.toString(16))).join(", ")}`,
  };
};

const checkMembership = async (
  cluster: EtcdCluster,
  { connection }: Connected,
): Promise<CheckResult> => {
  const answer = await connection.members();
  const base = {
    group: "health",
    id: "health.members",
    claim: "the members are those of the estate",
  } as const;
  if (!answer.ok) return { ...base, verdict: "unknown", observed: words(answer) };
  const faults: string[] = [];
  for (const member of cluster.members) {
    const listed = answer.value.find((one) => one.name === member.name);
    if (listed === undefined) faults.push(`${member.name} is missing`);
    else if (!listed.clientUrls.includes(advertisedClientUrl(member))) {
      faults.push(`${member.name} advertises ${listed.clientUrls.join(", ") || "nothing"}`);
    }
  }
  for (const { name, id } of answer.value) {
    if (!cluster.members.some((member) => member.name === name)) {
      faults.push(`${name === "" ? `one that never started (${id.toString(16)})` : name} is extra`);
    }
  }
  return {
    ...base,
    verdict: faults.length === 0 ? "pass" : "fail",
    observed:
      faults.length === 0 ? cluster.members.map((m) => m.name).join(", ") : faults.join("; "),
  };
};

const checkAlarms = async ({ connection }: Connected): Promise<CheckResult> => {
  const answer = await connection.alarms();
  const base = { group: "health", id: "health.alarms", claim: "no alarm is raised" } as const;
  if (!answer.ok) return { ...base, verdict: "unknown", observed: words(answer) };
  return answer.value.length === 0
    ? { ...base, verdict: "pass", observed: "none" }
    : {
        ...base,
        verdict: "fail",
        observed: answer.value.join(", "),
        remedy: answer.value.includes("NOSPACE")
          ? "compact, defragment, then etcdctl alarm disarm"
          : "a member's data differs from the others': do not disarm before you know why",
      };
};
