import type { Claim } from "../../../core/model/claim.ts";
import { partFaults } from "../kubernetes/part-faults.ts";
import { gapInRollout, workloadPath } from "../kubernetes/rollout.ts";
import { leadershipOf } from "../kubernetes/leadership.ts";
import { memberConsumer, type PlacedConsumer } from "../layout.ts";
import type { Look, MemberState } from "../look.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

type HealthyClaim = Extract<Claim, { kind: "healthy" }>;

/** A consumer that nobody stands in for is a group of its own, under its own name. */
export const observeHealthy = async (look: Look, claim: HealthyClaim): Promise<Seen> => {
  const { group } = claim;
  if (group === look.at.layout.etcdGroup) return etcdHealth(look, claim);
  const members = membersOf(look, group);
  if (members.length === 0) return unknowable(`the estate has no group ${group}`);
  return partsHealth(look, members, claim.besides);
};

const membersOf = (look: Look, group: string): readonly PlacedConsumer[] =>
  [...look.at.layout.consumers.values()].filter((one) => (one.group ?? one.id) === group);

const partsHealth = async (
  look: Look,
  members: readonly PlacedConsumer[],
  besides: HealthyClaim["besides"],
): Promise<Seen> => {
  const asked = members.filter(({ id }) => id !== besides);
  const faults = (await Promise.all(asked.map((one) => partFaults(look, one)))).flat();
  const words = [
    `${asked.length} of ${members[0]!.program} ${asked.length === 1 ? "is" : "are"} healthy`,
  ];
  if (members[0]!.redundancy === "standby") {
    const { leader, fault } = await leadershipOf(look, members);
    if (fault !== undefined) faults.push(fault);
    else if (leader !== undefined) words.push(`${leader} leads`);
  }
  if (faults.length > 0) return fails("api", faults.join("; "));
  return holds("api", [...words, ...(await gaps(look, asked))].join("; "));
};

/** A rollout that takes all pods away is worth knowing before it is begun. */
const gaps = async (look: Look, asked: readonly PlacedConsumer[]): Promise<readonly string[]> => {
  const workload = asked[0]?.kubernetes?.workload;
  if (workload === undefined) return [];
  const found = await look.get(workloadPath(workload));
  if (!found.ok || found.value === undefined) return [];
  const gap = gapInRollout(workload.kind, found.value);
  return gap === undefined ? [] : [gap];
};

const etcdHealth = async (look: Look, { besides, only }: HealthyClaim): Promise<Seen> => {
  const all = (await look.members())
    .filter(({ member }) => memberConsumer(member) !== besides)
    .filter(({ member }) => only === undefined || memberConsumer(member) === only);
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
