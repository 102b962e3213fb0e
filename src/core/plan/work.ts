import type { Claim, Content } from "../model/claim.ts";
import type { GenerationFacts, IssuerFacts, Slot } from "../model/inventory.ts";
import type { Protocol } from "../model/plan.ts";
import type { Stage } from "../model/stage.ts";
import type { Ground } from "./ground.ts";
import { issuingGeneration, type Survey } from "./survey.ts";

/** One issuer's change: `next` takes the place of `current`. */
export interface Target {
  readonly issuer: string;
  readonly current: GenerationFacts;
  readonly next: number;
  /** The stage that `next` has before it signs, and after a rollback again. */
  readonly rest: Stage;
}

/** What the phases of a rotation are built from. */
export interface Work extends Ground {
  readonly targets: ReadonlyMap<string, Target>;
  readonly protocol: Protocol;
  /** That every connection verifies on which the targets' certificates are seen. */
  readonly edges: readonly Claim[];
}

/** What one slot is given in a phase, and what is there before it, in the words that the phase's rollback writes it back with. */
export interface Change {
  readonly slot: Slot;
  readonly content: Content;
  readonly before: Content;
}

/** For issuers that were checked to be there and to sign. */
export const targetsOf = (survey: Survey, names: readonly string[]): ReadonlyMap<string, Target> =>
  new Map(
    names.map((name) => {
      const issuer = survey.issuers.get(name)!;
      const current = issuingGeneration(issuer)!;
      const made = leftOver(issuer, current);
      const number = made?.number ?? Math.max(...issuer.generations.map((one) => one.number)) + 1;
      return [name, { issuer: name, current, next: number, rest: made?.stage ?? "staged" }];
    }),
  );

/** A generation that an earlier run has made and nobody uses yet: it takes the current one's place. */
const leftOver = (
  { generations }: IssuerFacts,
  current: GenerationFacts,
): GenerationFacts | undefined =>
  generations.find(
    ({ number, stage, canSign, notAfter }) =>
      number > current.number &&
      (stage === "staged" || stage === "trusted") &&
      canSign &&
      // One that was made long ago would end before the present one does.
      notAfter >= current.notAfter,
  );
