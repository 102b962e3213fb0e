import type { SlotId } from "../../model/inventory.ts";
import type { AskedLeaf, AskedLeaves, Phase, Step } from "../../model/plan.ts";
import { expected, step } from "../phases/step.ts";
import type { Survey } from "../survey.ts";

/** "kubernetes-ca 2" */
const wordOf = (issuer: string, generation: number): string => `${issuer} ${generation}`;

interface Elsewhere {
  readonly issuer: string;
  readonly number: number;
  /** Verifiers are about to learn of it, and have to be tried. */
  readonly fresh: boolean;
}

/**
 * The phases with a request beforehand for each leaf that has to be signed by a CA whose key is not here: all of them
 * at once, since each answer may take days. As they are where nothing is to be asked for.
 */
export const askingLeaves = (survey: Survey, phases: readonly Phase[]): readonly Phase[] => {
  const elsewhere = elsewhereIn(survey, phases);
  const steps = [...elsewhere.values()].flatMap((one): readonly Step[] => {
    const leaves = leavesOf(phases, one);
    return leaves.length === 0 ? [] : [askFor(survey, one, leaves)];
  });
  if (steps.length === 0) return phases;
  const [first, ...others] = phases;
  if (first?.id === "ask") {
    const enlisted = first.steps.map(({ id }) => id);
    const after = steps.map((one): Step => Object.assign({ ...one }, { needs: enlisted }));
    return [{ ...first, steps: [...first.steps, ...after] }, ...others];
  }
  return [
    {
      id: "ask",
      title: "Have the new leaves signed where the key is",
      why: "The CA's key is not in this PKI (who has it gives it by certwright ca adopt NAME --certificate FILE --key FILE, and plans again): certwright hands out a signing request for each leaf and stops. Once all answers have been taken (certwright answer), it goes on; until then nothing in the estate is changed.",
      steps,
      rollback: [],
    },
    ...phases,
  ];
};

const elsewhereIn = (
  { inventory }: Survey,
  phases: readonly Phase[],
): ReadonlyMap<string, Elsewhere> => {
  const known = inventory.issuers.flatMap(({ name, generations }) =>
    generations.flatMap(({ number, canSign }): readonly Elsewhere[] =>
      canSign ? [] : [{ issuer: name, number, fresh: false }],
    ),
  );
  const enlisted = phases.flatMap(({ steps }) =>
    steps.flatMap(({ effect }): readonly Elsewhere[] =>
      effect.kind === "generation.enlist"
        ? [{ issuer: effect.issuer, number: effect.number, fresh: true }]
        : [],
    ),
  );
  return new Map([...known, ...enlisted].map((one) => [wordOf(one.issuer, one.number), one]));
};

/** Each slot once: a second write of the same finds it there. */
const leavesOf = (
  phases: readonly Phase[],
  { issuer, number }: Elsewhere,
): readonly AskedLeaf[] => {
  const leaves = new Map<string, AskedLeaf>();
  for (const { effect } of phases.flatMap(({ steps }) => steps)) {
    if (effect.kind !== "slots.write") continue;
    for (const { slot, content } of effect.writes) {
      if (content.kind !== "leaf" || content.issuer !== issuer || content.generation !== number)
        continue;
      leaves.set(slot, { slot, content });
    }
  }
  return [...leaves.values()];
};

const askFor = (
  survey: Survey,
  { issuer, number, fresh }: Elsewhere,
  leaves: readonly AskedLeaf[],
): Step => {
  const order: AskedLeaves = {
    issuer,
    generation: number,
    leaves,
    verifiers: fresh ? verifiersOf(survey, issuer) : [],
  };
  return step({
    id: `ask.leaves.${issuer}`,
    title: `Have ${leaves.length} leaves of generation ${number} of ${issuer} signed`,
    effect: { kind: "leaves.request", ...order },
    proves: [{ kind: "answered", ...order }],
    expected: expected.person,
    risk: "an answer that does not fit is refused with what is wrong with it, and nothing is written",
  });
};

const verifiersOf = ({ inventory }: Survey, issuer: string): readonly SlotId[] =>
  inventory.slots
    .filter((slot) => slot.issuer === issuer && slot.role === "trusts" && slot.port !== undefined)
    .map(({ id }) => id);
