import type { Claim } from "../../../core/model/claim.ts";
import { memberConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

export const observeFollows = async (
  look: Look,
  { consumer }: Extract<Claim, { kind: "follows" }>,
): Promise<Seen> => {
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
