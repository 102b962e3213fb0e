import type { Instant } from "../../model/certificate.ts";
import type { BlindSpot, Slot } from "../../model/inventory.ts";
import { groundFor, type Ground } from "../ground.ts";
import type { Survey } from "../survey.ts";
import type { Model } from "../walk/model.ts";

/** What every goal's draft is made from. */
export interface Drawing {
  readonly survey: Survey;
  /** The same for the walk. */
  readonly model: Model;
  readonly now: Instant;
  readonly mustLastUntil: Instant;
  /** Of the whole inventory. */
  readonly blind: readonly BlindSpot[];
}

/** What the slots of these issuers rest on. */
export const groundOf = (
  drawing: Drawing,
  issuers: ReadonlySet<string>,
  slots: readonly Slot[],
): Ground =>
  groundFor(drawing.survey, slots, {
    ...drawing,
    blind: drawing.blind.filter(
      (spot) => spot.issuers === undefined || spot.issuers.some((name) => issuers.has(name)),
    ),
  });
