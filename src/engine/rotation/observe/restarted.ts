import type { Claim } from "../../../core/model/claim.ts";
import { readsByItself } from "../../../core/plan/reads-by-itself.ts";
import { formatInstant } from "../../../core/x509/time.ts";
import { attempt } from "../attempt.ts";
import { slotsOf, type PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { heldAtStart } from "../started-with.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

/**
 * A process's start is known to a tick of the kernel's (1/100 s, proc(5)) after the boot, whose own time is read beside
 * it: two ticks. A file's change is exact. A handshake proves beside this what was loaded.
 */
const tolerance = 20;

export const observeRestarted = async (
  look: Look,
  { consumer: id }: Extract<Claim, { kind: "restarted" }>,
): Promise<Seen> => {
  const consumer = look.consumer(id);
  const observer = consumer.node?.name;
  const started = slotsOf(look.at.layout, id).filter((slot) => !readsByItself(slot));
  if (started.length === 0)
    return holds("process", `${id} reads nothing at its start only`, observer);
  if (consumer.member === undefined) {
    return byItsService(look, consumer);
  }
  const [process, ...contents] = await Promise.all([
    look.process(id),
    ...started.map((slot) => look.content(slot.id)),
  ]);
  if (!process.ok) return unknowable(process.why, observer);
  if (process.value === undefined) return fails("process", `${id} is not running`, observer);
  const { pid, startedAt } = process.value;
  let changedAt = 0;
  for (const content of contents) {
    if (!content.ok) return unknowable(content.why, observer);
    changedAt = Math.max(changedAt, content.value.file?.facts.changedAt ?? 0);
  }
  const words = `process ${pid} started ${formatInstant(startedAt)}, its files changed last ${formatInstant(changedAt)}`;
  return startedAt + tolerance >= changedAt
    ? holds("process", words, observer)
    : fails("process", words, observer);
};

/** Of a program that we know by its files only we know no process; of its service, whether we had it start with these files. */
const byItsService = async (look: Look, consumer: PlacedConsumer): Promise<Seen> => {
  const { id, node } = consumer;
  const before = look.at.startedWith.get(id);
  if (before === undefined) {
    return unknowable(`when ${id} was started last only its owner knows`, node?.name);
  }
  const now = await attempt(() => heldAtStart(look.at, consumer));
  if (!now.ok) return unknowable(now.why, node?.name);
  return now.value === before
    ? holds("process", `its service has started ${id} with the files that are there`, node?.name)
    : fails("process", `the files of ${id} have changed since its service started it`, node?.name);
};
