import type { Stage } from "../../model/stage.ts";
import type { Step, StepId } from "../../model/plan.ts";
import type { Target } from "../work.ts";
import { expected, lastOf, step } from "./step.ts";

const titles: Readonly<Partial<Record<Stage, (number: number, issuer: string) => string>>> = {
  issuing: (number, issuer) => `Let generation ${number} of ${issuer} sign from now on`,
  retired: (number, issuer) => `Retire generation ${number} of ${issuer}`,
};

/** Moves a generation on. */
export const stageStep = (
  phase: string,
  issuer: string,
  number: number,
  to: "issuing" | "retired",
  needs: readonly StepId[],
): Step =>
  step({
    id: `${phase}.${to === "issuing" ? "stage" : "retire"}.${issuer}`,
    title: titles[to]!(number, issuer),
    needs,
    effect: { kind: "generation.stage", issuer, number, stage: to },
    proves: [{ kind: "generation", issuer, number, stage: to }],
    expected: expected.generation,
  });

/** The former generation signs again, and the new one goes back to where it was made. */
export const signAgain = (
  phase: string,
  { issuer, current, next, rest }: Target,
  after: readonly Step[],
): readonly Step[] => {
  const back = step({
    id: `undo.${phase}.stage.${issuer}`,
    title: `Let generation ${current.number} of ${issuer} sign again`,
    needs: lastOf(after),
    effect: { kind: "generation.stage", issuer, number: current.number, stage: "issuing" },
    proves: [
      { kind: "generation", issuer, number: current.number, stage: "issuing", exactly: true },
    ],
    expected: expected.generation,
  });
  const staged = step({
    id: `undo.${phase}.restage.${issuer}`,
    title: `Let generation ${next} of ${issuer} sign no more`,
    needs: [back.id],
    effect: { kind: "generation.stage", issuer, number: next, stage: rest },
    proves: [{ kind: "generation", issuer, number: next, stage: rest, exactly: true }],
    expected: expected.generation,
  });
  return [back, staged];
};

/** Takes a generation back from retirement, to the stage it had before. */
export const unretire = (phase: string, issuer: string, number: number, stage: Stage): Step =>
  step({
    id: `undo.${phase}.retire.${issuer}`,
    title: `Take generation ${number} of ${issuer} back from retirement`,
    effect: { kind: "generation.stage", issuer, number, stage },
    proves: [{ kind: "generation", issuer, number, stage, exactly: true }],
    expected: expected.generation,
  });
