import type { Claim, Content, Proof } from "../model/claim.ts";
import type { SlotId } from "../model/inventory.ts";
import type { Step, StepId } from "../model/plan.ts";
import { canonicalJson } from "../text/canonical-json.ts";
import { currentList, isDone, isDoubtful, stateOf, type Run, type StepList } from "./run.ts";

// Somebody has changed what a run had written or was yet to write, or who had read it has read something else since.
// A repair looks again at everything that the run still rests on, does again what does not hold, and may write over what
// stands there now.

export interface Repair {
  /** What stands there is neither what the run found nor what it wrote: to be written over. */
  readonly slots: readonly SlotId[];
  /** Done once, and to be done again. */
  readonly steps: readonly StepId[];
}

/** What has to be looked at to know what a repair is to do. */
export const repairClaims = (run: Run): readonly Claim[] => {
  const standing = standingIn(run);
  return [
    ...[...standing].flatMap(([slot, { content, others }]) =>
      [content, ...others].map((one) => holds(slot, one)),
    ),
    ...stepsDone(run).flatMap(lasting),
  ];
};

/** What to write over and what to do again, by the proofs of `repairClaims`; what is not known is left as it is. */
export const repairOf = (run: Run, proofs: readonly Proof[]): Repair => {
  const standing = standingIn(run);
  const failed = new Set(
    proofs.filter(({ verdict }) => verdict === "fails").map(({ claim }) => canonicalJson(claim)),
  );
  const fails = (claim: Claim): boolean => failed.has(canonicalJson(claim));
  const moving = issuersMoving(run);
  const own = new Set(currentList(run)?.steps);
  /** Whether nothing has come after that content, nor is about to, as far as can be seen. */
  const stands = ({ slot, content }: Holds): boolean => {
    const found = standing.get(slot);
    return (
      found !== undefined &&
      canonicalJson(found.content) === canonicalJson(content) &&
      found.others.every((one) => fails(holds(slot, one)))
    );
  };
  const slots = [...standing].flatMap(([slot, { content, others }]) =>
    [content, ...others].every((one) => fails(holds(slot, one))) ? [slot] : [],
  );
  const changed = new Set(slots);
  const steps = stepsDone(run)
    .filter((step) => {
      const contents = held(step);
      const passed = own.has(step)
        ? undefined
        : puts(step).find(({ content }) => content.kind === "bundle" && moving.has(content.issuer));
      return (
        passed === undefined &&
        contents.every(stands) &&
        (lasting(step).some(fails) || contents.some(({ slot }) => changed.has(slot)))
      );
    })
    .map(({ id }) => id);
  return { slots, steps };
};

type Holds = Extract<Claim, { readonly kind: "holds" }>;

const holds = (slot: SlotId, content: Content): Holds => ({ kind: "holds", slot, content });

interface Standing {
  /** What the slot holds when nobody but the run has changed it. */
  readonly content: Content;
  /** What it may hold by now: of writes in doubt, and of those of the phase under way, as slots share files. */
  readonly others: readonly Content[];
}

const standingIn = (run: Run): ReadonlyMap<SlotId, Standing> => {
  const standing = new Map<SlotId, Standing>();
  const lists = run.plan.phases.map(({ steps }) => steps);
  // Before there is a copy, nobody can tell what was there.
  const copied = lists
    .flat()
    .every(({ id, effect }) => effect.kind !== "backup.create" || isDone(run, id));
  if (!copied) return standing;
  const back = run.direction === "back" ? run.lists.map(({ steps }) => steps) : [];
  const underWay = new Set(currentList(run)?.steps);
  for (const step of [...lists, ...back].flat()) {
    if (step.effect.kind !== "slots.write") continue;
    const state = stateOf(run, step.id);
    const may = state.kind === "intended" || isDoubtful(state) || underWay.has(step);
    for (const { slot, content } of step.effect.writes) {
      const former = standing.get(slot) ?? { content: { kind: "before" }, others: [] };
      if (state.kind === "done") standing.set(slot, { content, others: [] });
      else {
        standing.set(slot, may ? { ...former, others: [...former.others, content] } : former);
      }
    }
  }
  return standing;
};

/**
 * Issuers of which the phase under way changes who is trusted. What an earlier one had put into their verifiers is not
 * brought back: others have gone on by then, and publish what comes now.
 */
const issuersMoving = (run: Run): ReadonlySet<string> =>
  new Set(
    (currentList(run)?.steps ?? []).flatMap(({ effect }) =>
      effect.kind === "slots.write"
        ? effect.writes.flatMap(({ content }) =>
            content.kind === "bundle" ? [content.issuer] : [],
          )
        : [],
    ),
  );

/** Steps of the way that the run goes that are done and have put something into slots, or had it read. */
const stepsDone = (run: Run): readonly Step[] =>
  listsSoFar(run).flatMap(({ steps }) =>
    steps.filter(
      (step) =>
        (step.effect.kind === "slots.write" || step.effect.kind === "consumer.restart") &&
        isDone(run, step.id) &&
        held(step).length > 0,
    ),
  );

const listsSoFar = (run: Run): readonly StepList[] => run.lists.slice(0, run.current + 1);

/** What lies in slots once it is done. */
const held = ({ requires, proves, effect }: Step): readonly Holds[] => [
  ...(effect.kind === "slots.write"
    ? effect.writes.map(({ slot, content }) => holds(slot, content))
    : []),
  ...[...requires, ...proves].filter((claim): claim is Holds => claim.kind === "holds"),
];

/** What it writes, or has read. */
const puts = (step: Step): readonly Holds[] =>
  step.effect.kind === "slots.write"
    ? step.effect.writes.map(({ slot, content }) => holds(slot, content))
    : held(step);

/** What a step has brought about that nobody else may take back; who is well is another matter. */
const lasting = ({ proves }: Step): readonly Claim[] =>
  proves.filter(({ kind }) => kind !== "healthy" && kind !== "same-data");
