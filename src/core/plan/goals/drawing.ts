import type { Instant } from "../../model/certificate.ts";
import type { BlindSpot, Slot } from "../../model/inventory.ts";
import { isKeyPair } from "../key-pairs.ts";
import { groundFor, type Ground } from "../ground.ts";
import type { Survey } from "../survey.ts";
import type { Model } from "../walk/model.ts";

/** A day: what runs once a night has shown itself. Clients that come less often have to be named. */
const usualSoak = 24 * 3_600_000;

/** What every goal's draft is made from. */
export interface Drawing {
  readonly survey: Survey;
  /** The same for the walk. */
  readonly model: Model;
  readonly now: Instant;
  readonly mustLastUntil: Instant;
  /** Of the whole inventory. */
  readonly blind: readonly BlindSpot[];
  /** Milliseconds; absent: as long as is sound where somebody may have been left out. */
  readonly soak?: number;
}

/** What the slots of these issuers rest on. */
export const groundOf = (
  drawing: Drawing,
  issuers: ReadonlySet<string>,
  slots: readonly Slot[],
): Ground => {
  const blind = drawing.blind.filter(
    (spot) => spot.issuers === undefined || spot.issuers.some((name) => issuers.has(name)),
  );
  const { holders = [] } = drawing.survey.inventory;
  // Whoever is outside may have a token as well as a certificate, though the spot is the CAs'.
  const spots = slots.some(isKeyPair) ? drawing.blind : blind;
  const unsure =
    holders.some(({ pods }) => pods !== true) || spots.some(({ id }) => id === "clients-outside");
  return groundFor(drawing.survey, slots, {
    ...drawing,
    blind,
    holders: holders.filter((holder) => holder.issuers.some((name) => issuers.has(name))),
    soak: drawing.soak ?? (unsure ? usualSoak : 0),
  });
};
