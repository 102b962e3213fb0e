import type { Instant } from "../model/certificate.ts";
import type { ConsumerId, GenerationFacts, Slot, SlotId } from "../model/inventory.ts";
import type { Protocol } from "../model/plan.ts";
import type { Content } from "../model/claim.ts";
import type { Survey } from "./survey.ts";

/** One issuer's change: `next` takes the place of `current`. */
export interface Target {
  readonly issuer: string;
  readonly current: GenerationFacts;
  readonly next: number;
}

/** What the phases of a plan are built from. */
export interface Work {
  readonly survey: Survey;
  readonly now: Instant;
  /** Leaves and CAs in use have to be valid until then: the end of the plan's life and the time its run may take. */
  readonly mustLastUntil: Instant;
  readonly targets: ReadonlyMap<string, Target>;
  readonly protocol: Protocol;
  /** Slots of the targets' issuers that hold something, in the inventory's order. */
  readonly slots: readonly Slot[];
  /** Groups that any consumer of these slots belongs to. */
  readonly groups: readonly string[];
  /** Leaves that are issued anew from the current generation first, because they do not last. */
  readonly healed: ReadonlySet<SlotId>;
}

/** What one slot is given in a phase, and how it is seen to have arrived. */
export interface Change {
  readonly slot: Slot;
  readonly content: Content;
  /** What is there before the phase, in the words that its rollback writes it back with. */
  readonly before: Content;
}

export const consumersOf = (changes: readonly Change[]): readonly ConsumerId[] => [
  ...new Set(changes.map(({ slot }) => slot.consumer)),
];
