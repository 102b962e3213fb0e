import { failure } from "../../../core/errors/certwright-error.ts";
import type { Effect } from "../../../core/model/plan.ts";
import type { Performed } from "../../../ports/world.ts";
import { memberConsumer } from "../layout.ts";
import type { Hands } from "./hands.ts";
import { done, refused, unknown } from "./outcome.ts";

/** Has the leader hand over to the first other member that answers and votes. */
export const performLeadershipMove = async (
  { look }: Hands,
  { consumer }: Extract<Effect, { kind: "leadership.move" }>,
): Promise<Performed> => {
  try {
    const members = await look.members();
    const own = members.find(({ member }) => memberConsumer(member) === consumer);
    if (own === undefined)
      throw failure("rotation.not-in-estate", { what: "member", id: consumer });
    if (!own.status.ok)
      throw failure("rotation.member-silent", { member: own.member.name, why: own.status.why });
    const { memberId, leaderId } = own.status.value;
    if (leaderId !== memberId) return done;
    const heir = members.find(
      ({ status }) => status.ok && status.value.memberId !== memberId && !status.value.learner,
    );
    if (heir === undefined || !heir.status.ok)
      throw failure("rotation.no-heir", { member: own.member.name });
    const target = heir.status.value.memberId;
    const answer = await look.asRoot(own.member, (connection) => connection.moveLeader(target));
    if (answer.ok) return done;
    const { code, message } = answer;
    return unknown(
      failure("rotation.not-moved", {
        member: own.member.name,
        heir: heir.member.name,
        code,
        message,
      }),
    );
  } catch (error) {
    return refused(error);
  }
};
