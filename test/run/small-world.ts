/** Three members in memory, each with the trust it has loaded and the files it has, and whatever goes wrong on purpose. */
import assert from "node:assert/strict";
import type { Claim, Content, Proof } from "../../src/core/model/claim.ts";
import type { Effect } from "../../src/core/model/plan.ts";
import { canonicalJson } from "../../src/core/text/canonical-json.ts";
import type { Attempt, Performed, World } from "../../src/ports/world.ts";
import { bundle, leaf, leafSlot, members, trustSlot } from "./small-plan.ts";

interface Member {
  files: Map<string, Content>;
  /** Generations in memory. */
  trusts: readonly number[];
  changedAt: number;
  startedAt: number;
  up: boolean;
}

/** What becomes of an effect: it never arrives; it arrives and nobody hears of it; or it is turned down. */
export type Fate = "lost" | "unheard" | "refused";

export interface SmallWorld extends World {
  readonly members: ReadonlyMap<string, Member>;
  /** Effects that took place, in words. */
  readonly history: string[];
  /** What was wrong at any instant: an edge that does not verify, more than one member away. */
  readonly harm: string[];
  /** Called for every effect before it takes place. */
  fate: (effect: Effect, attempt: Attempt) => Fate | undefined;
  /** Files, loaded trust: what a rollback has to bring back. */
  picture(): string;
}

const generationsOf = (content: Content | undefined): readonly number[] =>
  content?.kind === "bundle"
    ? content.generations
    : content?.kind === "leaf"
      ? [content.generation]
      : [];

const memberOf = (id: string): string => id.split("/")[0]!;

export const smallWorld = (): SmallWorld => {
  let tick = 0;
  let highest = 0;
  const state = new Map<string, Member>(
    members.map((name) => [
      name,
      {
        files: new Map([
          [trustSlot(name), bundle(1)],
          [leafSlot(name), leaf(1)],
        ]),
        trusts: [1],
        changedAt: 0,
        startedAt: 1,
        up: true,
      },
    ]),
  );
  const original = new Map([...state].map(([name, { files }]) => [name, new Map(files)]));
  const member = (id: string): Member => state.get(memberOf(id))!;
  const meant = (slot: string, content: Content): Content =>
    content.kind === "before" ? original.get(memberOf(slot))!.get(slot)! : content;
  const same = (slot: string, content: Content): boolean =>
    canonicalJson(member(slot).files.get(slot)) === canonicalJson(meant(slot, content));

  const holds = (claim: Claim): boolean => {
    switch (claim.kind) {
      case "holds":
        return same(claim.slot, claim.content);
      case "accepts":
        return member(claim.slot).up && member(claim.slot).trusts.includes(claim.generation);
      case "refuses":
        return member(claim.slot).up && !member(claim.slot).trusts.includes(claim.generation);
      case "presents":
        return generationsOf(member(claim.slot).files.get(claim.slot))[0] === claim.generation;
      case "restarted": {
        const { up, startedAt, changedAt } = member(claim.consumer);
        return up && startedAt > changedAt;
      }
      case "healthy":
        return [...state].every(
          ([name, { up }]) =>
            up || (claim.besides !== undefined && memberOf(claim.besides) === name),
        );
      case "informed":
        // Somebody else's.
        return false;
      default:
        return assert.fail(`no claim of the small plan: ${claim.kind}`);
    }
  };

  const check = (): void => {
    const away = [...state].filter(([, { up }]) => !up);
    if (away.length > 1) world.harm.push(`${away.length} members away`);
    for (const [server, { files }] of state) {
      for (const [client, { trusts }] of state) {
        const shown = generationsOf(files.get(leafSlot(server)))[0]!;
        if (!trusts.includes(shown)) world.harm.push(`${client} does not verify ${server}`);
      }
    }
  };

  const takePlace = (effect: Effect): Performed => {
    tick += 1;
    if (effect.kind === "slots.write") {
      for (const { slot, content, expect } of effect.writes) {
        if (same(slot, content)) continue;
        const expected = expect.some(
          (one) => one.kind === "anything" || (one.kind === "content" && same(slot, one.content)),
        );
        if (!expected) {
          const failure = { code: "node.changed", message: `${slot} was changed`, retry: "never" };
          return { kind: "refused", failure } as Performed;
        }
        member(slot).files.set(slot, meant(slot, content));
        if (slot.endsWith("trust")) member(slot).changedAt = tick;
      }
      world.history.push(`write ${effect.writes.map(({ slot }) => slot).join(" ")}`);
    } else if (effect.kind === "consumer.restart") {
      const one = member(effect.consumer);
      one.up = false;
      check();
      one.up = true;
      one.startedAt = tick;
      one.trusts = generationsOf(one.files.get(trustSlot(memberOf(effect.consumer))));
      world.history.push(`restart ${effect.consumer}`);
    }
    check();
    return { kind: "done" };
  };

  const world: SmallWorld = {
    members: state,
    history: [],
    harm: [],
    fate: () => undefined,
    picture: () =>
      canonicalJson(
        [...state].map(([name, { files, trusts }]) => ({ name, files: [...files], trusts })),
      ),
    observe: async (claims) =>
      claims.map((claim): Proof => ({
        claim,
        verdict: holds(claim) ? "holds" : "fails",
        method: "read-back",
        observedAt: tick,
        evidence: "",
      })),
    perform: async (effect, attempt) => {
      const failure = { code: "node.unreachable", message: "no answer", retry: "later" } as const;
      if (attempt.epoch < highest) return { kind: "refused", failure };
      highest = attempt.epoch;
      const fate = world.fate(effect, attempt);
      if (fate === "refused") return { kind: "refused", failure };
      if (fate === "lost") return { kind: "unknown", failure };
      const performed = takePlace(effect);
      return fate === "unheard" ? { kind: "unknown", failure } : performed;
    },
  };
  return world;
};
