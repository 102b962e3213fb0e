import type { Claim, Content } from "../model/claim.ts";
import type { GenerationFacts, IssuerFacts, Slot, SlotId } from "../model/inventory.ts";
import type { Protocol } from "../model/plan.ts";
import type { Stage } from "../model/stage.ts";
import type { Ground } from "./ground.ts";
import { readsByItself } from "./reads-by-itself.ts";
import { issuingGeneration, slotsBeside, type Survey } from "./survey.ts";

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
  /** Verifiers that trust old and new between the trust phase and the drop. */
  readonly both: ReadonlySet<SlotId>;
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

/**
 * Verifiers that have to know the new generation before anybody shows it. By bundles: all. By cross-signing: servers
 * that meet what a signer issues, whoever else reads the same file, and what is published from those.
 */
export const trustBoth = (
  { survey, slots }: Pick<Ground, "survey" | "slots">,
  protocol: Protocol,
): ReadonlySet<SlotId> => {
  const verifiers = slots.filter(({ role }) => role === "trusts");
  if (protocol === "bundle") return new Set(verifiers.map(({ id }) => id));
  const signed = new Set(survey.signers.map(({ slot }) => slot.issuer));
  const met = verifiers.filter(
    (slot) => signed.has(slot.issuer) && slot.port !== undefined && readsByItself(slot),
  );
  const both = new Set(
    met.flatMap((slot) =>
      slotsBeside(survey, slot).flatMap(({ id, role }) => (role === "trusts" ? [id] : [])),
    ),
  );
  const isMet = (id: SlotId): boolean => both.has(id) && readsByItself(survey.slots.get(id)!);
  for (const { id, source } of verifiers) if (source?.every(isMet) === true) both.add(id);
  return both;
};
