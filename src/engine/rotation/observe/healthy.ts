import { healthKey } from "../../../programs/etcd/health.ts";
import { singleKey } from "../../../core/estate/key-range.ts";
import type { Claim } from "../../../core/model/claim.ts";
import { attempt } from "../attempt.ts";
import { memberConsumer } from "../layout.ts";
import type { Look, MemberState } from "../look.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

/** What "etcdctl endpoint health" reads; an answer proves a quorum, because the read is linearizable. */
const healthRange = singleKey(healthKey);

export const observeHealthy = async (
  look: Look,
  { group, besides }: Extract<Claim, { kind: "healthy" }>,
): Promise<Seen> => {
  if (group !== look.at.layout.group) return unknowable(`the estate has no group ${group}`);
  const all = (await look.members()).filter(({ member }) => memberConsumer(member) !== besides);
  const faults = (await Promise.all(all.map((one) => faultOf(look, one)))).flat();
  const leaders = new Set(all.flatMap(({ status }) => (status.ok ? [status.value.leaderId] : [])));
  if (leaders.size > 1) faults.push("they follow different leaders");
  if (faults.length > 0) return fails("api", faults.join("; "));
  const alarms = await alarmsOf(look, all[0]!);
  if (alarms !== undefined) return alarms;
  return holds("api", `${all.length} members answer, follow one leader and raise no alarm`);
};

const faultOf = async (look: Look, { member, status }: MemberState): Promise<readonly string[]> => {
  const { name } = member;
  if (!status.ok) return [`${name} does not answer: ${status.why}`];
  const { leaderId, learner, errors } = status.value;
  if (leaderId === 0n) return [`${name} has no leader`];
  if (learner) return [`${name} is a learner`];
  if (errors.length > 0) return [`${name}: ${errors.join(", ")}`];
  const read = await attempt(() => look.asRoot(member, (one) => one.count(healthRange)));
  if (!read.ok) return [`${name}: ${read.why}`];
  return read.value.ok ? [] : [`${name} answers no read: ${read.value.message}`];
};

const alarmsOf = async (look: Look, { member }: MemberState): Promise<Seen | undefined> => {
  const asked = await attempt(() => look.asRoot(member, (one) => one.alarms()));
  if (!asked.ok) return unknowable(asked.why);
  const { value: answer } = asked;
  if (!answer.ok) return unknowable(`${member.name}: ${answer.message}`);
  return answer.value.length === 0 ? undefined : fails("api", `alarm ${answer.value.join(", ")}`);
};
