import type { Claim } from "../../../core/model/claim.ts";
import { formatInstant } from "../../../core/x509/time.ts";
import type { Look } from "../look.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

/** Whoever was started later has read nothing that the other one does not have. Both are on one machine, with one clock. */
export const observeStartedAfter = async (
  look: Look,
  { consumer, other }: Extract<Claim, { kind: "started-after" }>,
): Promise<Seen> => {
  const observer = look.consumer(consumer).node?.name;
  const [own, before] = await Promise.all([look.process(consumer), look.process(other)]);
  if (!own.ok) return unknowable(own.why, observer);
  if (!before.ok) return unknowable(before.why, observer);
  if (own.value === undefined) return fails("process", `${consumer} is not running`, observer);
  if (before.value === undefined) return fails("process", `${other} is not running`, observer);
  const words = `${consumer} was started ${formatInstant(own.value.startedAt)}, ${other} ${formatInstant(before.value.startedAt)}`;
  return own.value.startedAt > before.value.startedAt
    ? holds("process", words, observer)
    : fails("process", words, observer);
};
