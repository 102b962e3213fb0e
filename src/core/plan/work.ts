import type { Claim, Content } from "../model/claim.ts";
import type { GenerationFacts, IssuerFacts, Slot, SlotId } from "../model/inventory.ts";
import type { ExternalCa, Protocol } from "../model/plan.ts";
import type { Stage } from "../model/stage.ts";
import type { Ground } from "./ground.ts";
import { isKeyPair, keyPairsIn } from "./key-pairs.ts";
import { readsByItself } from "./reads-by-itself.ts";
import { issuingGeneration, slotsBeside, type Survey } from "./survey.ts";

/** One issuer's change: `next` takes the place of `current`. */
export interface Target {
  readonly issuer: string;
  readonly current: GenerationFacts;
  readonly next: number;
  /** The stage that `next` has before it signs, and after a rollback again. */
  readonly rest: Stage;
  /** Keys of tokens, without certificates: old and new are trusted side by side, whatever the plan's protocol. */
  readonly keyPair: boolean;
  /** The key of `next` is never here: somebody else signs each leaf, and nobody in the estate signs with it. */
  readonly keyless: boolean;
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
export const targetsOf = (
  survey: Survey,
  names: readonly string[],
  external?: ExternalCa,
): ReadonlyMap<string, Target> => {
  const keyPairs = keyPairsIn(survey);
  return new Map(
    names.map((name) => {
      const issuer = survey.issuers.get(name)!;
      const current = issuingGeneration(issuer)!;
      const made = leftOver(issuer, current, external);
      const number = made?.number ?? nextNumber(issuer, external);
      const rest = made?.stage ?? "staged";
      const keyPair = keyPairs.has(name);
      const keyless = external?.leaves !== undefined;
      return [name, { issuer: name, current, next: number, rest, keyPair, keyless }];
    }),
  );
};

/** A request that nobody has answered yet stands for what it asks for; another one would have to be sent. */
const nextNumber = (
  { generations, waiting = [] }: IssuerFacts,
  external: ExternalCa | undefined,
): number => {
  const last = Math.max(...generations.map((one) => one.number), ...waiting);
  return external !== undefined && waiting.includes(last) ? last : last + 1;
};

/** A generation that an earlier run has made and nobody uses yet: it takes the current one's place. */
const leftOver = (
  { generations }: IssuerFacts,
  current: GenerationFacts,
  external: ExternalCa | undefined,
): GenerationFacts | undefined =>
  generations.find(
    ({ number, stage, canSign, certificate, notAfter, root }) =>
      number > current.number &&
      (stage === "staged" || stage === "trusted") &&
      (external?.leaves === undefined
        ? canSign &&
          // One that was made long ago would end before the present one does; an external CA decides for itself.
          (external === undefined
            ? root === current.root && notAfter >= current.notAfter
            : root === external.fingerprint)
        : certificate === external.fingerprint),
  );

/**
 * Verifiers that have to know the new generation before anybody shows it. By bundles: all. By cross-signing: servers
 * that meet what a signer issues, whoever else reads the same file, and what is published from those; and, as ever, those
 * of bare keys.
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
  for (const slot of verifiers) if (isKeyPair(slot)) both.add(slot.id);
  const isMet = (id: SlotId): boolean => both.has(id) && readsByItself(survey.slots.get(id)!);
  for (const { id, source } of verifiers) if (source?.every(isMet) === true) both.add(id);
  return both;
};
