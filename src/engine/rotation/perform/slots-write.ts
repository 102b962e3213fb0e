import { failure, isFailure } from "../../../core/errors/certwright-error.ts";
import type { Content } from "../../../core/model/claim.ts";
import type { Effect, Expected, SlotWrite } from "../../../core/model/plan.ts";
import type { Performed } from "../../../ports/world.ts";
import { isPublishedRoot, patchField } from "../kubernetes/objects.ts";
import type { PlacedConsumer, PlacedSlot } from "../layout.ts";
import { readSlot, type SlotContent } from "../read-slot.ts";
import { differsFrom } from "../wanted.ts";
import { changesBack } from "./before.ts";
import { contentBytes } from "./content-bytes.ts";
import type { Hands } from "./hands.ts";
import { done, refused, unknown } from "./outcome.ts";
import { changesFor, removals, writesOf, type PlaceChange } from "./place-changes.ts";
import { startService, stopService } from "./service.ts";

type WriteEffect = Extract<Effect, { kind: "slots.write" }>;

/**
 * Puts the wanted content in the slots of one consumer. What holds it already is left alone; what holds neither that
 * nor anything the plan expects was changed by somebody else, and nothing is written then.
 */
export const performSlotsWrite = async (hands: Hands, effect: WriteEffect): Promise<Performed> => {
  const consumer = hands.look.consumer(effect.consumer);
  let changes: readonly PlaceChange[];
  try {
    changes = (await Promise.all(effect.writes.map((one) => prepared(hands, one)))).flat();
  } catch (error) {
    return refused(error);
  }
  if (effect.during === "running") return carry(hands, consumer, changes);
  const stopped = await stopService(hands, consumer);
  if (stopped.kind === "refused") return stopped;
  // Whatever became of stopping and writing, nothing is left standing.
  const written = stopped.kind === "unknown" ? stopped : await carry(hands, consumer, changes);
  const started = await startService(hands, consumer);
  return written.kind === "done" ? started : { ...written, kind: "unknown" };
};

/** Files, then links, then objects: what another one changed first is sure to have stopped all of it only as long as nothing is written. */
const carry = async (
  hands: Hands,
  { node }: PlacedConsumer,
  changes: readonly PlaceChange[],
): Promise<Performed> => {
  const { sessions, apis } = hands.at;
  let begun = false;
  try {
    const files = writesOf(node?.name, changes);
    const links = changes.flatMap((one) => (one.kind === "link" ? [one.link] : []));
    const gone = changes.flatMap((one) => (one.kind === "removal" ? [one] : []));
    if (files.length + links.length + gone.length > 0) {
      await sessions.use(node, async (session) => {
        await session.write(files);
        begun ||= files.length > 0;
        for (const { path, expect } of gone) {
          await session.remove(path, expect);
          begun = true;
        }
        for (const link of links) {
          await session.link(link);
          begun = true;
        }
      });
    }
    for (const one of changes) {
      if (one.kind !== "field") continue;
      await patchField(await apis.open(), one.form, one.field, one.value);
      begun = true;
    }
    return done;
  } catch (error) {
    const unchanged =
      isFailure(error, "node.changed") || isFailure(error, "rotation.object-changed");
    return unchanged && !begun ? refused(error) : unknown(error);
  }
};

const prepared = async (hands: Hands, write: SlotWrite): Promise<readonly PlaceChange[]> => {
  const slot = hands.look.slot(write.slot);
  // The controller-manager would write over it at once, and does write it once its own file says so.
  if (isPublishedRoot(slot)) return [];
  const { node } = hands.look.consumer(slot.consumer);
  const found = await readSlot(hands.at, node, slot, { key: true });
  const { content } = write;
  if ((await differs(hands, slot, content, found)) === undefined) return [];
  for (const expected of write.expect) {
    if (!(await isAsExpected(hands, slot, expected, found))) continue;
    if (content.kind === "before") return changesBack(hands, slot, node, found);
    if (content.kind === "nothing") return removals(slot, found);
    const bytes = await contentBytes(hands, slot, content, found);
    return changesFor(hands.at, slot, node, bytes, found);
  }
  throw failure("rotation.drift", { slot: slot.id, path: slot.place.path, node: node?.name });
};

const differs = async (
  hands: Hands,
  slot: PlacedSlot,
  content: Content,
  found: SlotContent,
): Promise<string | undefined> => {
  if (content.kind === "before") return hands.backup.differs(slot, found);
  const issuer = await hands.look.issuer(content.issuer);
  return differsFrom(content, issuer, found, hands.at.ports.verifySignature);
};

const isAsExpected = async (
  hands: Hands,
  slot: PlacedSlot,
  expected: Expected,
  found: SlotContent,
): Promise<boolean> => {
  switch (expected.kind) {
    case "absent":
      return found.held === undefined;
    case "anything":
      return true;
    case "digest":
      return found.held?.digest === expected.digest;
    case "content":
      return (await differs(hands, slot, expected.content, found)) === undefined;
  }
};
