import type { Claim } from "../../model/claim.ts";
import type { Consumer, Slot } from "../../model/inventory.ts";
import type { Expected, SlotWrite, Step, StepId } from "../../model/plan.ts";
import { grouped, type Survey } from "../survey.ts";
import { contentWords } from "./content-words.ts";
import { holds } from "./proofs.ts";
import { expected, step } from "./step.ts";

/** One slot's new content, what may be there when it is written, and what shows that it is in use. */
export interface RollOutWrite extends SlotWrite {
  readonly of: Slot;
  readonly inUse: readonly Claim[];
}

export interface RollOut {
  /** First word of the steps' ids: the phase, or "undo." and the phase. */
  readonly prefix: string;
  readonly writes: readonly RollOutWrite[];
  /** What every write waits for. */
  readonly after: readonly StepId[];
  /** A rollback restarts whoever needs it, even a member that a change has stopped; else all must be there. */
  readonly direction: "forward" | "undo";
}

/**
 * Writes slots, consumer by consumer, and makes those that read at their start only read again: restarts one at a
 * time, the leader last, each after
 * handing over leadership; or asks the owner of what nobody can restart.
 */
export const rollOut = (survey: Survey, { prefix, writes, after, direction }: RollOut): Step[] => {
  const steps: Step[] = [];
  /** Last restart of each group: the next one waits for it. */
  const restarted = new Map<string, StepId>();
  const ofConsumer = grouped(writes, ({ of }) => of.consumer);
  for (const consumer of leadersLast(
    [...ofConsumer.keys()].map((id) => survey.consumers.get(id)!),
  )) {
    const own = ofConsumer.get(consumer.id)!;
    const late = own.filter(({ of }) => of.reload !== "handshake");
    const write = writeStep(prefix, consumer, own, after);
    steps.push(write);
    if (late.length === 0) continue;
    const claims = late.flatMap(({ inUse }) => inUse);
    const requires = late.map(({ of, content }) => holds(of, content));
    // A rollback takes those first that can be restarted: the one that is away must not wait for the others.
    const before = direction === "forward" ? restarted.get(consumer.group ?? "") : undefined;
    const again = readAgain(survey, {
      prefix,
      consumer,
      needs: before === undefined ? [write.id] : [write.id, before],
      requires,
      proves: claims,
      direction,
    });
    if (consumer.group !== undefined) restarted.set(consumer.group, again.at(-1)!.id);
    steps.push(...again);
  }
  return steps;
};

export const leadersLast = (consumers: readonly Consumer[]): readonly Consumer[] => [
  ...consumers.filter(({ leader }) => leader !== true),
  ...consumers.filter(({ leader }) => leader === true),
];

const writeStep = (
  prefix: string,
  { id }: Consumer,
  writes: readonly RollOutWrite[],
  needs: readonly StepId[],
): Step =>
  step({
    id: `${prefix}.write.${id}`,
    title: `Write ${writes.map(({ of, content }) => `${of.id}: ${contentWords(content)}`).join("; ")}`,
    needs,
    effect: {
      kind: "slots.write",
      consumer: id,
      during: "running",
      writes: writes.map(({ slot, content, expect }) => ({ slot, content, expect })),
    },
    proves: writes.flatMap(({ of, content, inUse }) => [
      holds(of, content),
      ...(of.reload === "handshake" ? inUse : []),
    ]),
    expected:
      writes.length *
      (writes.some(({ of }) => of.role === "presents") ? expected.issue : expected.write),
    risk: "a file that is not as planned any more is left alone, and the run stops",
  });

/** Makes a consumer read what it reads at its start only, or has its owner do it. */
export const readAgain = (survey: Survey, restart: Restart): readonly Step[] =>
  restart.consumer.service === "none" ? [askStep(restart)] : restartSteps(survey, restart);

interface Restart {
  readonly prefix: string;
  readonly consumer: Consumer;
  readonly needs: readonly StepId[];
  readonly requires: readonly Claim[];
  readonly proves: readonly Claim[];
  readonly direction: RollOut["direction"];
}

/** A member hands over leadership first, whether it leads now or by then: the step is passed over when another one does. */
const restartSteps = (
  survey: Survey,
  { prefix, consumer, needs, requires, proves, direction }: Restart,
): readonly Step[] => {
  const { id, group } = consumer;
  const size = group === undefined ? 0 : survey.membersOf.get(group)!.length;
  const healthy: Claim[] = group === undefined ? [] : [{ kind: "healthy", group }];
  const ready: readonly Claim[] =
    group === undefined || direction === "forward"
      ? healthy
      : [{ kind: "healthy", group, besides: id }];
  const move =
    size < 2
      ? []
      : [
          step({
            id: `${prefix}.move.${id}`,
            title: `Hand over the leadership of ${group}, should ${id} hold it`,
            needs,
            requires: ready,
            effect: { kind: "leadership.move", consumer: id },
            proves: [{ kind: "follows", consumer: id }],
            hazard: "disruptive",
            expected: expected.move,
          }),
        ];
  const restart = step({
    id: `${prefix}.restart.${id}`,
    title: `Restart ${id}`,
    needs: move.length === 0 ? needs : move.map((one) => one.id),
    requires: [...requires, ...ready],
    effect: { kind: "consumer.restart", consumer: id },
    proves: [{ kind: "restarted", consumer: id }, ...proves, ...healthy],
    hazard: "disruptive",
    // With fewer than three members nobody takes over: what a restart costs has to be wanted.
    approval: group !== undefined && size < 3 && direction === "forward",
    expected: expected.restart,
    risk: restartRisk(group, size),
  });
  return [...move, restart];
};

const restartRisk = (group: string | undefined, size: number): string => {
  if (group === undefined) return "it is away until it has started again";
  if (size < 3) {
    return `${group} has ${size === 1 ? "one member" : "two members, and needs both"}: it answers nobody until this one is back`;
  }
  return "connections to this member are cut and made anew; when it does not come back, nothing else is restarted, and the other members go on";
};

const askStep = ({ prefix, consumer: { id, process }, needs, requires, proves }: Restart): Step =>
  step({
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

/** Bytes of the inventory, or what an earlier phase wrote. */
export const expectBefore = (slot: Slot, before: SlotWrite["content"]): readonly Expected[] => {
  if (before.kind !== "before") return [{ kind: "content", content: before }];
  return slot.holds === undefined
    ? [{ kind: "absent" }]
    : [{ kind: "digest", digest: slot.holds.digest }];
};
