import { failure, isFailure } from "../../../core/errors/certwright-error.ts";
import type { Content } from "../../../core/model/claim.ts";
import type { Effect, Expected, SlotWrite } from "../../../core/model/plan.ts";
import type { NodeWrite } from "../../../ports/node.ts";
import type { Performed } from "../../../ports/world.ts";
import type { PlacedSlot } from "../layout.ts";
import { readSlot, type SlotContent } from "../read-slot.ts";
import { differsFrom } from "../wanted.ts";
import { writesFor } from "./content-bytes.ts";
import type { Hands } from "./hands.ts";
import { done, refused, unknown } from "./outcome.ts";
import { startService, stopService } from "./service.ts";

type WriteEffect = Extract<Effect, { kind: "slots.write" }>;

/**
 * Puts the wanted content in the slots of one consumer. What holds it already is left alone; what holds neither that
 * nor anything the plan expects was changed by somebody else, and nothing is written then.
 */
export const performSlotsWrite = async (hands: Hands, effect: WriteEffect): Promise<Performed> => {
  const consumer = hands.look.consumer(effect.consumer);
  let writes: readonly NodeWrite[];
  try {
    writes = (await Promise.all(effect.writes.map((one) => prepared(hands, one)))).flat();
  } catch (error) {
    return refused(error);
  }
  const { sessions } = hands.at;
  if (effect.during === "running") {
    if (writes.length === 0) return done;
    return sessions
      .use(consumer.node, (session) => session.write(writes))
      .then(() => done, outcomeOfWrite);
  }
  const stopped = await stopService(hands, consumer);
  if (stopped.kind === "refused") return stopped;
  // Whatever became of stopping and writing, nothing is left standing.
  const written: Performed =
    stopped.kind === "unknown"
      ? stopped
      : await sessions
          .use(consumer.node, (session) => session.write(writes))
          .then(() => done, outcomeOfWrite);
  const started = await startService(hands, consumer);
  return written.kind === "done" ? started : { ...written, kind: "unknown" };
};

/** Only a file that was not as expected is sure to have stopped all of them. */
const outcomeOfWrite = (error: unknown): Performed =>
  isFailure(error, "node.changed") ? refused(error) : unknown(error);

const prepared = async (hands: Hands, write: SlotWrite): Promise<readonly NodeWrite[]> => {
  const slot = hands.look.slot(write.slot);
  const { node } = hands.look.consumer(slot.consumer);
  const found = await readSlot(hands.at.ports, hands.at.sessions, node, slot);
  if ((await differs(hands, slot, write.content, found)) === undefined) return [];
  for (const expected of write.expect) {
    if (await isAsExpected(hands, slot, expected, found)) {
      return writesFor(hands, slot, write.content, found);
    }
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
      return found.file === undefined;
    case "digest":
      return found.file?.facts.digest === expected.digest;
    case "content":
      return (await differs(hands, slot, expected.content, found)) === undefined;
  }
};
