import type { Claim, Content } from "../../model/claim.ts";
import type { Consumer, ConsumerId, Slot } from "../../model/inventory.ts";
import type { Expected, SlotWrite, Step, StepId } from "../../model/plan.ts";
import { readsByItself } from "../reads-by-itself.ts";
import { grouped, type Survey } from "../survey.ts";
import { contentWords } from "../../run/claim-words.ts";
import { holds } from "./proofs.ts";
import { handOver, leadersLast, readAgain, takenAway, type Care } from "./read-again.ts";
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
  readonly care: Care;
}

/** Steps for one consumer; `before`: the last of the member before it, when one has to wait for the other. */
type ForConsumer = (
  consumer: Consumer,
  writes: readonly RollOutWrite[],
  before: readonly StepId[],
) => readonly Step[];

/**
 * Consumer by consumer, leaders last, members of a group one after the other. A rollback takes whoever can be taken:
 * the one that is away must not wait for the others.
 */
const eachInTurn = (survey: Survey, { writes, care }: RollOut, stepsFor: ForConsumer): Step[] => {
  const last = new Map<string, StepId>();
  const ofConsumer = grouped(writes, ({ of }) => of.consumer);
  const consumers = [...ofConsumer.keys()].map((id) => survey.consumers.get(id)!);
  const steps: Step[] = [];
  for (const consumer of leadersLast(consumers)) {
    const { id, group } = consumer;
    const former = group === undefined || care !== "all" ? undefined : last.get(group);
    const own = stepsFor(consumer, ofConsumer.get(id)!, former === undefined ? [] : [former]);
    const final = own.at(-1)!;
    if (group !== undefined && final.hazard === "disruptive") last.set(group, final.id);
    steps.push(...own);
  }
  return steps;
};

/** Writes slots while their consumers run, and makes those that read at their start only read again. */
export const rollOut = (survey: Survey, draft: RollOut): Step[] =>
  eachInTurn(survey, draft, (consumer, writes, before) => {
    const { prefix, after, care } = draft;
    const write = writeStep(prefix, consumer, writes, after);
    const late = writes.filter(({ of }) => !readsByItself(of));
    if (late.length === 0) return [write];
    const again = readAgain(survey, {
      prefix,
      consumer,
      needs: [write.id, ...before],
      requires: late.map(({ of, content }) => holds(of, content)),
      proves: late.flatMap(({ inUse }) => inUse),
      care,
    });
    return [write, ...again];
  });

/**
 * Writes slots whose key changes. Certificate and key are two files: a program that reads them for every handshake
 * would meet one without the other, so it is stopped meanwhile. Nobody can do that for a client without a service.
 */
export const rollOutStopped = (survey: Survey, draft: RollOut): Step[] =>
  eachInTurn(survey, draft, (consumer, writes, before) => {
    const { prefix, after, care } = draft;
    if (consumer.service === "none") return rollOut(survey, { ...draft, writes });
    const move = handOver(survey, { prefix, consumer, needs: [...after, ...before], care });
    const away = takenAway(survey, { consumer, care });
    const write = writeStep(prefix, consumer, writes, [...after, ...before]);
    const stopped: Step = {
      ...write,
      title: `${write.title}, while ${consumer.id} is stopped`,
      needs: move.length === 0 ? write.needs : move.map(({ id }) => id),
      requires: away.requires,
      effect: { ...(write.effect as Step["effect"] & { kind: "slots.write" }), during: "stopped" },
      proves: [
        ...writes.flatMap(({ of, content, inUse }) => [holds(of, content), ...inUse]),
        ...away.proves,
      ],
      hazard: away.hazard,
      approval: away.approval,
      expected: write.expected + expected.restart,
      risk: away.risk,
    };
    return [...move, stopped];
  });

const writeStep = (
  prefix: string,
  { id }: Consumer,
  writes: readonly RollOutWrite[],
  needs: readonly StepId[],
): Step => {
  const each = writes.some(({ of }) => of.role === "presents") ? expected.issue : expected.write;
  return step({
    id: `${prefix}.write.${id}`,
    title: `Write ${writeWords(id, writes)}`,
    needs,
    effect: {
      kind: "slots.write",
      consumer: id,
      during: "running",
      writes: writes.map(({ slot, content, expect }) => ({ slot, content, expect })),
    },
    proves: writes.flatMap(({ of, content, inUse }) => [
      holds(of, content),
      ...(readsByItself(of) ? inUse : []),
    ]),
    expected: writes.length * each,
    risk: "a file that is not as planned any more is left alone, and the run stops",
  });
};

/** "the bundle of etcd-ca generation 1 and 2 to client-trust and peer-trust of etcd-1/etcd" */
const writeWords = (consumer: ConsumerId, writes: readonly RollOutWrite[]): string =>
  [...grouped(writes, ({ content }) => wordsWithoutAge(content))]
    .map(([words, own]) => {
      const names = own.map(({ of }) =>
        of.id.startsWith(`${consumer}/`) ? of.id.slice(consumer.length + 1) : of.id,
      );
      return `${words} to ${names.join(" and ")}`;
    })
    .join(", ")
    .concat(` of ${consumer}`);

const wordsWithoutAge = (content: Content): string => {
  if (content.kind !== "leaf") return contentWords(content);
  const { insteadOf, ...leaf } = content;
  return insteadOf === undefined ? contentWords(leaf) : `a fresh ${contentWords(leaf).slice(2)}`;
};

/** Bytes of the inventory, or what an earlier phase wrote. */
export const expectBefore = (slot: Slot, before: SlotWrite["content"]): readonly Expected[] => {
  if (before.kind !== "before") return [{ kind: "content", content: before }];
  return slot.holds === undefined
    ? [{ kind: "absent" }]
    : [{ kind: "digest", digest: slot.holds.digest }];
};
