import type { Claim } from "../../../core/model/claim.ts";
import { leadershipOf } from "../kubernetes/leadership.ts";
import { groupMembers, memberConsumer, type PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

type FollowsClaim = Extract<Claim, { kind: "follows" }>;

export const observeFollows = async (look: Look, claim: FollowsClaim): Promise<Seen> => {
  const consumer = look.consumer(claim.consumer);
  return consumer.redundancy === "standby" ? standsBy(look, consumer) : followsMember(look, claim);
};

const standsBy = async (look: Look, consumer: PlacedConsumer): Promise<Seen> => {
  const { id, group } = consumer;
  const members = groupMembers(look.at.layout, consumer);
  const { leader, fault } = await leadershipOf(look, members);
  if (fault !== undefined || leader === undefined)
    return unknowable(fault ?? `nobody leads ${group}`);
  return leader === id ? fails("api", `${id} leads`) : holds("api", `${leader} leads`);
};

const followsMember = async (look: Look, { consumer }: FollowsClaim): Promise<Seen> => {
  const members = await look.members();
  const own = members.find(({ member }) => memberConsumer(member) === consumer);
  if (own === undefined) return unknowable(`the estate has no member ${consumer}`);
  if (!own.status.ok) return unknowable(own.status.why);
  const { memberId, leaderId } = own.status.value;
  if (leaderId === 0n) return fails("api", `${own.member.name} has no leader`);
  if (leaderId === memberId) return fails("api", `${own.member.name} leads`);
  const leader = members.find(({ status }) => status.ok && status.value.memberId === leaderId);
  return holds("api", `${own.member.name} follows ${leader?.member.name ?? leaderId.toString(16)}`);
};
