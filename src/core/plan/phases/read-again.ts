import type { Claim } from "../../model/claim.ts";
import type { Consumer, Redundancy } from "../../model/inventory.ts";
import type { Step, StepId } from "../../model/plan.ts";
import { spanWords } from "../../text/span.ts";
import type { Survey } from "../survey.ts";
import { imposedOn } from "./imposed.ts";
import { expected, restartTime, step } from "./step.ts";

/**
 * Who has to be there before a member is taken away. "all": nobody may be missing. "others": a rollback restarts the
 * very member that a change has stopped. "nobody": the goal is an outage, and it shall be short.
 */
export type Care = "all" | "others" | "nobody";

export interface Reading {
  /** First word of the steps' ids: the phase, or "undo." and the phase. */
  readonly prefix: string;
  readonly consumer: Consumer;
  readonly needs: readonly StepId[];
  readonly requires: readonly Claim[];
  readonly proves: readonly Claim[];
  readonly care: Care;
}

/** Makes a consumer read what it reads at its start only, or has its owner do it. */
export const readAgain = (survey: Survey, reading: Reading): readonly Step[] => {
  if (reading.consumer.service === "none") return [askStep(reading)];
  const { prefix, consumer, requires, proves } = reading;
  const move = handOver(survey, reading);
  const away = takenAway(survey, reading);
  const restart = step({
    ...away,
    id: `${prefix}.restart.${consumer.id}`,
    title:
      consumer.service === "rollout"
        ? `Replace the pods of ${consumer.id}`
        : `Restart ${consumer.id}`,
    needs: move.length === 0 ? reading.needs : move.map(({ id }) => id),
    requires: [...requires, ...away.requires],
    effect: { kind: "consumer.restart", consumer: consumer.id },
    proves: [{ kind: "restarted", consumer: consumer.id }, ...proves, ...away.proves],
    ...imposedOn(consumer, { alone: sizeOf(survey, consumer) < 2 }),
  });
  return [...move, restart];
};

const redundancyOf = ({ redundancy = "quorum" }: Consumer): Redundancy => redundancy;

const sizeOf = (survey: Survey, { group }: Consumer): number =>
  group === undefined ? 0 : survey.membersOf.get(group)!.length;

/** Who has to be well: the rest of the group, and whoever answers by way of it. */
const others = (
  survey: Survey,
  { consumer, care }: Pick<Reading, "consumer" | "care">,
): readonly Claim[] => {
  const { id, group } = consumer;
  if (group === undefined || care === "nobody") return [];
  if (redundancyOf(consumer) !== "quorum") {
    // Whatever is wrong with itself, a restart is what it waits for: an API server whose etcd was away is not ready.
    return sizeOf(survey, consumer) < 2 ? [] : [{ kind: "healthy", group, besides: id }];
  }
  if (care === "others") return [{ kind: "healthy", group, besides: id }];
  return [group, ...(survey.usersOf.get(id) ?? [])].map((one) => ({ kind: "healthy", group: one }));
};

/** Programs and pods that stand for themselves alone, and can tell how they are. */
const answersForItself = ({ group, program, service }: Consumer): boolean =>
  group === undefined && (program === "kubelet" || service === "rollout");

/**
 * A member gives leadership away before it is taken down, whether it has it now or by then: when another one leads,
 * the step is passed over. Nothing where there is nobody to give it to, or where another one takes it by itself.
 */
export const handOver = (
  survey: Survey,
  reading: Pick<Reading, "prefix" | "consumer" | "needs" | "care">,
): readonly Step[] => {
  const { prefix, consumer, needs, care } = reading;
  if (redundancyOf(consumer) !== "quorum") return [];
  if (sizeOf(survey, consumer) < 2 || care === "nobody") return [];
  return [
    step({
      id: `${prefix}.move.${consumer.id}`,
      title: `Hand over the leadership of ${consumer.group}, should ${consumer.id} hold it`,
      needs,
      requires: others(survey, reading),
      effect: { kind: "leadership.move", consumer: consumer.id },
      proves: [{ kind: "follows", consumer: consumer.id }],
      hazard: "disruptive",
      expected: expected.move,
    }),
  ];
};

/** What holds for every step during which a consumer is away. */
export const takenAway = (survey: Survey, reading: Pick<Reading, "consumer" | "care">) => {
  const { consumer, care } = reading;
  const { id, group } = consumer;
  const own = group ?? (answersForItself(consumer) ? id : undefined);
  const back: Claim[] =
    own === undefined || care === "nobody" ? [] : [{ kind: "healthy", group: own }];
  return {
    requires: others(survey, reading),
    proves: back,
    hazard: "disruptive",
    // What it costs that nobody takes over has to be wanted.
    approval: (leavesGap(survey, consumer) || consumer.asks === true) && care === "all",
    expected: awayFor(survey, consumer),
    risk: risk(survey, consumer, care),
    ...gapOf(survey, consumer, care),
  } as const;
};

/** Who answers nobody meanwhile, and for how long as a rule: the group, and those who answer by way of it. */
const gapOf = (survey: Survey, consumer: Consumer, care: Care): Pick<Step, "gap"> => {
  const { id, group } = consumer;
  if (group === undefined) return {};
  const noQuorum = care === "nobody" && redundancyOf(consumer) === "quorum";
  if (!noQuorum && !leavesGap(survey, consumer)) return {};
  const groups = [group, ...(survey.usersOf.get(id) ?? [])];
  return { gap: { groups, milliseconds: awayFor(survey, consumer) } };
};

const awayFor = (survey: Survey, consumer: Consumer): number =>
  restartTime(consumer, (survey.usersOf.get(consumer.id)?.size ?? 0) > 0);

/** Whether nobody answers for the group while one is away. */
const leavesGap = (survey: Survey, consumer: Consumer): boolean => {
  if (consumer.group === undefined) return false;
  const size = sizeOf(survey, consumer);
  switch (redundancyOf(consumer)) {
    case "quorum":
      return size < 3;
    case "any":
      return size < 2;
    case "standby":
      return false;
  }
};

const risk = (survey: Survey, consumer: Consumer, care: Care): string => {
  const { group, program, service } = consumer;
  if (program === "kubelet") {
    return "while a kubelet is away its pods go on; logs and exec to them are cut, and after 40 s its node would count as not ready";
  }
  if (service === "rollout") {
    return "pods are replaced as their controller and their disruption budgets allow; where those allow nothing, the run waits";
  }
  if (group === undefined) return "it is away until it has started again";
  const redundancy = redundancyOf(consumer);
  if (redundancy === "standby") {
    return sizeOf(survey, consumer) === 1
      ? `what ${group} does waits until it is back; nobody asks it anything`
      : `while one of ${group} is away another one takes over within seconds, and what they do waits for that`;
  }
  if (care === "nobody" && redundancy === "quorum") {
    return `${group} may be without a quorum until every member is back`;
  }
  if (leavesGap(survey, consumer)) {
    const few = sizeOf(survey, consumer) === 1 ? "one member" : "two members, and needs both";
    return `${group} has ${few}: it answers nobody until this one is back, for about ${spanWords(awayFor(survey, consumer))}`;
  }
  return redundancy === "any"
    ? `the connections to one of ${group} are cut, and clients that know one address only wait until it is back`
    : "its connections are cut and made anew; when it does not come back, nobody else is taken down, and the other members go on";
};

const askStep = ({ prefix, consumer, needs, requires, proves }: Reading): Step => {
  const { id, process } = consumer;
  return step({
    id: `${prefix}.ask.${id}`,
    title: `Have the owner of ${id} restart it, then approve this step`,
    needs,
    requires,
    effect: { kind: "none", reloaded: id },
    proves: process === undefined ? proves : [{ kind: "restarted", consumer: id }, ...proves],
    approval: true,
    expected: expected.person,
    risk: `certwright cannot restart ${id} and cannot see what it has loaded: approving it too early cuts it off later`,
  });
};
