import type { ConsumerId, SlotId } from "../../core/model/inventory.ts";
import { readsByItself } from "../../core/plan/reads-by-itself.ts";
import { slotsOf, type PlacedConsumer } from "./layout.ts";
import type { Standpoint } from "./look.ts";
import { readSlot } from "./read-slot.ts";

/**
 * What lay at the start-only places of consumers whose process nobody knows when we had their service start them: the
 * only thing from which it can be told later that they have read what lies there now.
 */
export type StartedWith = Map<ConsumerId, string>;

/** One text for the contents of what a consumer reads at its start only. Throws node.*. */
export const heldAtStart = async (at: Standpoint, consumer: PlacedConsumer): Promise<string> => {
  const slots = slotsOf(at.layout, consumer.id).filter((slot) => !readsByItself(slot));
  const held = await Promise.all(
    slots.map(async (slot): Promise<readonly [SlotId, string]> => {
      const content = await readSlot(at, consumer.node, slot, { key: false });
      return [slot.id, content.held?.digest ?? "nothing"];
    }),
  );
  return held.map(([id, digest]) => `${id} ${digest}`).join("\n");
};
