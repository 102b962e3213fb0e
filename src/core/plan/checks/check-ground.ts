import type { PlanFinding } from "../finding.ts";
import type { Ground } from "../ground.ts";
import { checkConsumers } from "./consumers.ts";
import { checkExpiredBesides } from "./expired-besides.ts";
import { checkNodes } from "./nodes.ts";
import { checkSharedFiles } from "./shared-files.ts";
import { checkSlots } from "./slots.ts";

/** What keeps any plan over these slots from being safe. */
export const checkGround = (ground: Ground): readonly PlanFinding[] => {
  const { survey, slots, groups, healed } = ground;
  const own = slots.map(({ consumer }) => survey.consumers.get(consumer)!);
  const consumers = [
    ...new Set([...own, ...groups.flatMap((group) => survey.membersOf.get(group)!)]),
  ];
  const nodes = new Set(
    [...consumers, ...slots.map(({ place }) => place)].flatMap(({ node }) => node ?? []),
  );
  const ailing = new Set<string>(
    slots.flatMap((slot) =>
      healed.has(slot.id) ? [survey.consumers.get(slot.consumer)!.group ?? slot.consumer] : [],
    ),
  );
  const concerned = new Set(slots);
  const unreachable = checkNodes(survey, nodes);
  const away = new Set(
    unreachable.filter(({ rule }) => rule === "node-unreachable").map(({ subject }) => subject),
  );
  const isThere = ({ node }: { readonly node?: string }): boolean =>
    node === undefined || !away.has(node);
  return [
    ...unreachable,
    ...checkConsumers(
      consumers.filter(isThere),
      ({ id }) => (survey.slotsOf.get(id) ?? []).filter((slot) => concerned.has(slot)),
      ailing,
    ),
    ...checkSlots(
      survey,
      slots.filter(({ place }) => isThere(place)),
    ),
    ...checkSharedFiles(survey, slots),
    ...checkExpiredBesides(ground),
  ];
};
