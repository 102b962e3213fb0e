import { parseTimestamp } from "../../../core/issuance/timestamp.ts";
import type { Claim } from "../../../core/model/claim.ts";
import type { KubernetesWorkload } from "../../../core/model/estate.ts";
import { readsByItself } from "../../../core/plan/reads-by-itself.ts";
import type { Instant } from "../../../core/model/certificate.ts";
import { formatInstant } from "../../../core/x509/time.ts";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";
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
  const changes: Changes[] = [];
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

/** When the object that holds a slot was made, and when a file or an object was changed after that; 0 for never. */
interface Changes {
  readonly made: Instant;
  readonly changed: Instant;
}

const changesOf = ({ held, fields = [] }: SlotContent): Changes => {
  const made = fields.map(({ object: { metadata } }) => instantOf(metadata.creationTimestamp));
  const changed = fields.flatMap(({ object: { metadata } }, at) =>
    (metadata.managedFields ?? [])
      .map(({ time }) => instantOf(time))
      .filter((instant) => instant > made[at]!),
  );
  return { made: Math.max(0, ...made), changed: Math.max(held?.changedAt ?? 0, ...changed) };
};

const lastOf = ({ made, changed }: Changes): Instant => Math.max(made, changed);

const instantOf = (time: string | undefined): Instant => parseTimestamp(time ?? "") ?? 0;

/**
 * By the API's own clock, which is of whole seconds for both: a pod of the same second may have read what was there
 * before. A container that was started anew in an old pod reads the old pod's copy of the object, until the kubelet
 * gets to it: the pod has to be new.
 */
const byItsPods = async (
  look: Look,
  workload: KubernetesWorkload,
  last: Changes,
): Promise<Seen> => {
  const { kind, namespace, name } = workload;
  const words = `${kind} ${namespace}/${name}`;
  const object = await look.get(workloadPath(workload));
  if (!object.ok) return unknowable(object.why);
  if (object.value === undefined) return fails("api", `there is no ${words}`);
  const pods = await look.list(podsPath(workload, object.value));
  if (!pods.ok) return unknowable(pods.why);
  const running = [...pods.value.values()].filter(
    ({ status }) => !ended.has(String((status as { phase?: string } | undefined)?.phase)),
  );
  const old = running.filter((pod) => !isNewer(pod, last));
  const since = `what it reads changed last ${formatInstant(lastOf(last))}`;
  return old.length === 0
    ? holds("api", `${running.length} pods of ${words} are newer; ${since}`)
    : fails("api", `${old.length} of ${running.length} pods of ${words} are older; ${since}`);
};

const isNewer = ({ metadata, status }: KubernetesObject, { made, changed }: Changes): boolean => {
  const born = instantOf(metadata.creationTimestamp);
  return born > changed && (born > made || startOf(status) >= made);
};

/** When the first of a pod's containers started: 0 when one has not, or has ended. */
const startOf = (status: unknown): Instant => {
  const { containerStatuses = [] } = (status ?? {}) as {
    containerStatuses?: { state?: { running?: { startedAt?: string } } }[];
  };
  const starts = containerStatuses.map(({ state }) => instantOf(state?.running?.startedAt));
  return starts.length === 0 ? 0 : Math.min(...starts);
};

/** Phases of a pod whose containers will not run again. */
const ended: ReadonlySet<string> = new Set(["Succeeded", "Failed"]);

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
