import type { ConsumerId } from "../model/inventory.ts";
import type { Effect } from "../model/plan.ts";

/** Who is away while the effect is carried out, and has read its files anew afterwards; in the order in which they come back. */
export const takenAwayBy = (effect: Effect): readonly ConsumerId[] => {
  switch (effect.kind) {
    case "consumer.restart":
      return effect.meanwhile === undefined
        ? [effect.consumer]
        : [effect.meanwhile, effect.consumer];
    case "flags.set":
      return [effect.consumer];
    case "slots.write":
      return effect.during === "stopped" ? [effect.consumer] : [];
    default:
      return [];
  }
};
