import type { Claim } from "../../../core/model/claim.ts";
import { memberConsumer } from "../layout.ts";
import type { Look, MemberState } from "../look.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

export const observeHealthy = async (
  look: Look,
  { group, besides }: Extract<Claim, { kind: "healthy" }>,
): Promise<Seen> => {
  if (group !== look.at.layout.etcdGroup) return unknowable(`the estate has no group ${group}`);
  const all = (await look.members()).filter(({ member }) => memberConsumer(member) !== besides);
  const faults = all.flatMap(faultsOf);
  const leaders = new Set(all.flatMap(({ status }) => (status.ok ? [status.value.leaderId] : [])));
  if (leaders.size > 1) faults.push("they follow different leaders");
  if (faults.length > 0) return fails("api", faults.join("; "));
  return holds("api", `${all.length} members answer, follow one leader and raise no alarm`);
};

const faultsOf = ({ member, status, read, alarms }: MemberState): readonly string[] => {
  const { name } = member;
  if (!status.ok) return [`${name} does not answer: ${status.why}`];
  const { leaderId, learner, errors } = status.value;
  if (leaderId === 0n) return [`${name} has no leader`];
  if (learner) return [`${name} is a learner`];
  if (errors.length > 0) return [`${name}: ${errors.join(", ")}`];
  if (!read.ok) return [`${name} answers no read: ${read.why}`];
  if (!alarms.ok) return [`${name} tells no alarms: ${alarms.why}`];
  return alarms.value.length === 0 ? [] : [`${name}: alarm ${alarms.value.join(", ")}`];
};
