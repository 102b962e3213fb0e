import type { Slot } from "../model/inventory.ts";

/**
 * Whether nobody need restart the slot's consumer. A write to a slot that is watched counts as done once its proofs
 * hold, which is when the consumer has noticed.
 */
export const readsByItself = ({ reload }: Pick<Slot, "reload">): boolean =>
  reload === "handshake" || reload === "watch";
