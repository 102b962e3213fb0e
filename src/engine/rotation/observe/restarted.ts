import { ownerOf } from "../../../core/applications/api-user.ts";
import {
  hasRead,
  instantOf,
  publishedAt,
  startOf,
  type Published,
} from "../../../core/applications/freshness.ts";
import { hasEnded, type Pod } from "../../../core/applications/pod.ts";
import type { Claim } from "../../../core/model/claim.ts";
import type { KubernetesWorkload } from "../../../core/model/estate.ts";
import { readsByItself } from "../../../core/plan/reads-by-itself.ts";
import type { Instant } from "../../../core/model/certificate.ts";
import { formatInstant } from "../../../core/x509/time.ts";
import { attempt } from "../attempt.ts";
import { podsPath, workloadPath } from "../kubernetes/rollout.ts";
import { slotsOf, type PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { hasProcess } from "../process.ts";
import type { SlotContent } from "../read-slot.ts";
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
  const workload = consumer.kubernetes?.workload;
  if (workload === undefined && !hasProcess(consumer)) return byItsService(look, consumer);
  const changes: Published[] = [];
  for (const content of await Promise.all(started.map((slot) => look.content(slot.id)))) {
    if (!content.ok) return unknowable(content.why, observer);
    changes.push(changesOf(content.value));
  }
  const last = {
    made: Math.max(0, ...changes.map(({ made }) => made)),
    changed: Math.max(0, ...changes.map(({ changed }) => changed)),
  };
  if (workload !== undefined) return byItsPods(look, workload, last);
  const process = await look.process(id);
  if (!process.ok) return unknowable(process.why, observer);
  if (process.value === undefined) return fails("process", `${id} is not running`, observer);
  const { pid, startedAt } = process.value;
  const changedAt = lastOf(last);
  const words = `process ${pid} started ${formatInstant(startedAt)}, its files changed last ${formatInstant(changedAt)}`;
  return startedAt + tolerance >= changedAt
    ? holds("process", words, observer)
    : fails("process", words, observer);
};

const changesOf = ({ held, fields = [] }: SlotContent): Published => {
  const published = fields.map(({ object: { metadata } }) => publishedAt(metadata));
  return {
    made: Math.max(0, ...published.map(({ made }) => made)),
    changed: Math.max(held?.changedAt ?? 0, ...published.map(({ changed }) => changed)),
  };
};

const lastOf = ({ made, changed }: Published): Instant => Math.max(made, changed);

/** A proof is read by people: no more names than these. */
const named = 3;

const byItsPods = async (
  look: Look,
  workload: KubernetesWorkload,
  last: Published,
): Promise<Seen> => {
  const { kind, namespace, name } = workload;
  const words = `${kind} ${namespace}/${name}`;
  const object = await look.get(workloadPath(workload));
  if (!object.ok) return unknowable(object.why);
  if (object.value === undefined) return fails("api", `there is no ${words}`);
  const pods = await look.list(podsPath(workload, object.value));
  if (!pods.ok) return unknowable(pods.why);
  // Labels may choose pods of others, too.
  const running = [...pods.value.values()].filter(
    (pod) => !hasEnded(pod as Pod) && isOf(workload, pod as Pod),
  );
  const old = running.filter((pod) => !hasRead(pod as Pod, last));
  const since = `what it reads changed last ${formatInstant(lastOf(last))}`;
  if (old.length === 0)
    return holds("api", `${running.length} pods of ${words} are newer; ${since}`);
  const some = old.slice(0, named).map((pod) => podWords(pod as Pod));
  const more = old.length > named ? ` and ${old.length - named} more` : "";
  return fails(
    "api",
    `${old.length} of ${running.length} pods of ${words} are older: ${some.join(", ")}${more}; ${since}`,
  );
};

const isOf = ({ kind, name }: KubernetesWorkload, pod: Pod): boolean => {
  const owner = ownerOf(pod);
  return owner.controlled && owner.kind === kind && owner.name === name;
};

const podWords = (pod: Pod): string => {
  const { name, creationTimestamp } = pod.metadata;
  const start = startOf(pod);
  return start === 0
    ? `${name}, made ${formatInstant(instantOf(creationTimestamp))}`
    : `${name}, started ${formatInstant(start)}`;
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
