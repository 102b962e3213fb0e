import type { Claim } from "../../model/claim.ts";
import type { Consumer } from "../../model/inventory.ts";
import type { Step, StepId } from "../../model/plan.ts";
import type { Survey } from "../survey.ts";
import { expected, step } from "./step.ts";

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

/** Followers first: their absence costs no election. */
export const leadersLast = (consumers: readonly Consumer[]): readonly Consumer[] => [
  ...consumers.filter(({ leader }) => leader !== true),
  ...consumers.filter(({ leader }) => leader === true),
];

/** Makes a consumer read what it reads at its start only, or has its owner do it. */
export const readAgain = (survey: Survey, reading: Reading): readonly Step[] => {
  if (reading.consumer.service === "none") return [askStep(reading)];
  const { prefix, consumer, requires, proves } = reading;
  const move = handOver(survey, reading);
  const away = takenAway(survey, reading);
  const restart = step({
    ...away,
    id: `${prefix}.restart.${consumer.id}`,
    title: `Restart ${consumer.id}`,
    needs: move.length === 0 ? reading.needs : move.map(({ id }) => id),
    requires: [...requires, ...away.requires],
    effect: { kind: "consumer.restart", consumer: consumer.id },
    proves: [{ kind: "restarted", consumer: consumer.id }, ...proves, ...away.proves],
    expected: expected.restart,
  });
  return [...move, restart];
};

const sizeOf = (survey: Survey, { group }: Consumer): number =>
  group === undefined ? 0 : survey.membersOf.get(group)!.length;

const others = ({ consumer: { id, group }, care }: Pick<Reading, "consumer" | "care">): Claim[] => {
  if (group === undefined || care === "nobody") return [];
  return [care === "all" ? { kind: "healthy", group } : { kind: "healthy", group, besides: id }];
};

/**
 * A member gives leadership away before it is taken down, whether it has it now or by then: when another one leads,
 * the step is passed over. Nothing where there is nobody to give it to.
 */
export const handOver = (
  survey: Survey,
  reading: Pick<Reading, "prefix" | "consumer" | "needs" | "care">,
): readonly Step[] => {
  const { prefix, consumer, needs, care } = reading;
  if (sizeOf(survey, consumer) < 2 || care === "nobody") return [];
  return [
    step({
      id: `${prefix}.move.${consumer.id}`,
      title: `Hand over the leadership of ${consumer.group}, should ${consumer.id} hold it`,
      needs,
      requires: others(reading),
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
  const { group } = consumer;
  const size = sizeOf(survey, consumer);
  const back: Claim[] =
    group === undefined || care === "nobody" ? [] : [{ kind: "healthy", group }];
  return {
    requires: others(reading),
    proves: back,
    hazard: "disruptive",
    // With fewer than three members nobody takes over: what that costs has to be wanted.
    approval: group !== undefined && size < 3 && care === "all",
    risk: risk(group, size, care),
  } as const;
};

const risk = (group: string | undefined, size: number, care: Care): string => {
  if (group === undefined) return "it is away until it has started again";
  if (care === "nobody") return `${group} may be without a quorum until every member is back`;
  if (size < 3) {
    return `${group} has ${size === 1 ? "one member" : "two members, and needs both"}: it answers nobody until this one is back`;
  }
  return "its connections are cut and made anew; when it does not come back, nobody else is taken down, and the other members go on";
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
