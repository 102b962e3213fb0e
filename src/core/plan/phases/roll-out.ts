import type { Claim, Content } from "../../model/claim.ts";
import type { Consumer, ConsumerId, Slot } from "../../model/inventory.ts";
import type { Expected, SlotWrite, Step, StepId } from "../../model/plan.ts";
import { readsByItself } from "../reads-by-itself.ts";
import { isKeyPair } from "../key-pairs.ts";
import { isHome } from "../signers.ts";
import { inPairs } from "./in-pairs.ts";
import { grouped, type Survey } from "../survey.ts";
import { contentWords } from "../../run/claim-words.ts";
import { holds } from "./proofs.ts";
import { placeWord } from "../places.ts";
import { handOver, readAgain, takenAway, type Care } from "./read-again.ts";
import { expected, step } from "./step.ts";
import { besideIn, inTurn, lanesOf, rankOf } from "./turns.ts";

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
  /** Nobody is restarted for these: what is read at a start only is written because it stands where others read it. */
  readonly still?: (slot: Slot) => boolean;
  /** Pods keep what they have read: it is what they need, and more. */
  readonly podsStay?: boolean;
}

interface Waits {
  /** What its first write waits for: whoever writes at the same place, and who writes what it publishes. */
  readonly write: readonly StepId[];
  /** What it waits for before it is taken away: the last steps of those that have to be back. */
  readonly away: readonly StepId[];
}

type ForConsumer = (
  consumer: Consumer,
  writes: readonly RollOutWrite[],
  waits: Waits,
) => readonly Step[];

/**
 * Consumer by consumer in their turn, members of a group one after the other, nobody before those that it rests on. A
 * rollback takes whoever can be taken: the one that is away must not wait for the others.
 */
const eachInTurn = (
  survey: Survey,
  { writes, care }: RollOut,
  stepsFor: ForConsumer,
): readonly Step[] => {
  const ofConsumer = grouped(writes, ({ of }) => of.consumer);
  const consumers = inTurn([...ofConsumer.keys()].map((id) => survey.consumers.get(id)!));
  const lanes = lanesOf(consumers);
  const beside = besideIn(consumers, { waiting: care === "all" });
  const inLane = new Map<string, StepId>();
  const writers = new Map<string, StepId>();
  const finals = new Map<ConsumerId, StepId>();
  const ends = endsByRank();
  const steps: Step[] = [];
  for (const consumer of consumers) {
    const { id } = consumer;
    const own = ofConsumer.get(id)!;
    const lane = lanes.get(id);
    const former = lane === undefined ? undefined : inLane.get(lane);
    const places = new Set(own.map(({ of }) => placeWord(of)));
    const sources = own.flatMap(({ of: { source = [] } }) =>
      source.flatMap((slot) => finals.get(survey.slots.get(slot)?.consumer ?? id) ?? []),
    );
    const drafts = stepsFor(consumer, own, {
      write: [...new Set([...[...places].flatMap((one) => writers.get(one) ?? []), ...sources])],
      away: care !== "all" ? [] : former === undefined ? ends.below(rankOf(consumer)) : [former],
    });
    const done = drafts.map((draft) =>
      draft.hazard === "disruptive" ? beside(consumer, draft) : draft,
    );
    steps.push(...done);
    const write = done.find(({ effect }) => effect.kind === "slots.write")!;
    for (const place of places) writers.set(place, write.id);
    const final = done.at(-1)!;
    finals.set(id, final.id);
    const away = final.hazard === "disruptive";
    if (away && lane !== undefined) inLane.set(lane, final.id);
    ends.add(rankOf(consumer), away && lane !== undefined ? lane : id, final);
  }
  // A rollback takes each by itself, whichever of two it is that cannot be taken.
  return care === "all" ? inPairs(survey, consumers, steps) : steps;
};

/** The last steps of consumers and lanes, by their rank. */
const endsByRank = () => {
  const ends = new Map<string, { readonly rank: number; readonly id: StepId }>();
  return {
    add: (rank: number, name: string, { id, hazard }: Step): void => {
      // Of what is not Kubernetes' own nobody waits for mere files.
      if (rank > 0 || hazard === "disruptive") ends.set(name, { rank, id });
    },
    below: (rank: number): readonly StepId[] =>
      rank === 0 ? [] : [...ends.values()].filter((one) => one.rank < rank).map(({ id }) => id),
  };
};

/** Writes slots while their consumers run, and makes those that read at their start only read again. */
export const rollOut = (survey: Survey, draft: RollOut): readonly Step[] =>
  eachInTurn(survey, draft, whileRunning(survey, draft));

const whileRunning =
  (
    survey: Survey,
    { prefix, after, care, still = () => false, podsStay = false }: RollOut,
  ): ForConsumer =>
  (consumer, writes, waits) => {
    const write = writeStep(prefix, consumer, writes, [...after, ...waits.write]);
    const late = writes.filter(({ of }) => !readsByItself(of) && !still(of));
    const stays = podsStay && consumer.service === "rollout";
    if (late.length === 0 || stays) return [write];
    const again = readAgain(survey, {
      prefix,
      consumer,
      needs: [write.id, ...waits.away],
      requires: late.map(({ of, content }) => holds(of, content)),
      proves: late.flatMap(({ inUse }) => inUse),
      care,
    });
    return [write, ...again];
  };

/** Whether key and certificate are one file, which changes in one instant (kubeconfigs, a kubelet's own). */
const isOneFile = ({ of: { place } }: RollOutWrite): boolean =>
  place.form?.kind === "kubeconfig" || place.form?.kind === "kubelet-pem";

/**
 * Writes slots whose key changes. Certificate and key are two files: a program that reads them for every handshake
 * would meet one without the other, so it is stopped meanwhile. Nobody can do that for a client without a service, and
 * where both are one file nobody need.
 */
export const rollOutStopped = (survey: Survey, draft: RollOut): readonly Step[] => {
  const running = whileRunning(survey, draft);
  return eachInTurn(survey, draft, (consumer, writes, waits) => {
    const { prefix, after, care } = draft;
    if (consumer.service === "none" || writes.every(isOneFile)) {
      return running(consumer, writes, waits);
    }
    const needs = [...after, ...waits.write, ...waits.away];
    const move = handOver(survey, { prefix, consumer, needs, care });
    const away = takenAway(survey, { consumer, care });
    const write = writeStep(prefix, consumer, writes, needs);
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
      expected: write.expected + away.expected,
      risk: away.risk,
      ...(away.gap === undefined ? {} : { gap: away.gap }),
    };
    return [...move, stopped];
  });
};

const writeStep = (
  prefix: string,
  { id }: Consumer,
  writes: readonly RollOutWrite[],
  needs: readonly StepId[],
): Step => {
  const each = writes.some(({ of }) => of.role === "presents") ? expected.issue : expected.write;
  return step({
    id: `${prefix}.write.${id}`,
    title: writeTitle(id, writes),
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
    risk: isPublished(writes)
      ? "who publishes it does so by itself; until then the run waits"
      : "a file that is not as planned any more is left alone, and the run stops",
  });
};

/** Others write it, or have done so by then. */
const isPublished = (writes: readonly RollOutWrite[]): boolean =>
  writes.every(({ of }) => of.source !== undefined);

const writeTitle = (consumer: ConsumerId, writes: readonly RollOutWrite[]): string =>
  isPublished(writes)
    ? `See ${[...new Set(writes.map(({ content }) => wordsWithoutAge(content)))].join(" and ")} arrive at ${consumer}`
    : `Write ${writeWords(consumer, writes)}`;

/** "the bundle of etcd-ca generation 1 and 2 to client-trust and peer-trust of etcd-1/etcd" */
const writeWords = (consumer: ConsumerId, writes: readonly RollOutWrite[]): string =>
  [...grouped(writes, wordsOf)]
    .map(([words, own]) => {
      const names = own.map(({ of }) =>
        of.id.startsWith(`${consumer}/`) ? of.id.slice(consumer.length + 1) : of.id,
      );
      return `${words} to ${names.join(" and ")}`;
    })
    .join(", ")
    .concat(` of ${consumer}`);

const wordsOf = ({ of, content }: RollOutWrite): string => {
  const alone = isHome(of) || isKeyPair(of);
  if (content.kind === "nothing") return `no key of ${content.issuer} any more`;
  if (alone && content.kind === "signer") {
    return `the key of ${content.issuer} generation ${content.generation}`;
  }
  if (isKeyPair(of) && content.kind === "bundle") {
    return `the public ${content.generations.length === 1 ? "key" : "keys"} of ${content.issuer} generation ${content.generations.join(" and ")}`;
  }
  return wordsWithoutAge(content);
};

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
