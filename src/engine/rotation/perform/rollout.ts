import {
  nodeTrouble,
  podTrouble,
  type NodeConditions,
  type StartingPod,
} from "../../../core/applications/pod-trouble.ts";
import { failure } from "../../../core/errors/certwright-error.ts";
import type { KubernetesWorkload } from "../../../core/model/estate.ts";
import { formatInstant } from "../../../core/x509/time.ts";
import type { KubernetesApi, KubernetesObject } from "../../../ports/kubernetes.ts";
import type { Performed } from "../../../ports/world.ts";
import { whyOf } from "../attempt.ts";
import {
  podsPath,
  restartedFor,
  rolloutOf,
  templateAnnotation,
  whyNoRollout,
  workloadPath,
  type Rollout,
} from "../kubernetes/rollout.ts";
import type { PlacedConsumer } from "../layout.ts";
import { untilBudgetsAllow } from "./budgets-allow.ts";
import type { RolloutHands } from "./hands.ts";
import { done, refused, unknown } from "./outcome.ts";

/** Without another new pod, or as long as the run has patience: what a Deployment itself calls no progress (progressDeadlineSeconds 600). */
const longestSilence = 600_000;
const pause = 1000;
/**
 * The API tells when things were made and changed in whole seconds (metav1.Time): pods made in the second in which what
 * they read was changed would look as if they were from before.
 */
const apiClockGrain = 1000;
/** Pods are looked at one by one when there is nothing new for so long: most become ready within seconds. */
const silence = 10_000;

/**
 * Has a workload's controller replace its pods as its own strategy says, as `kubectl rollout restart` does, and waits
 * until all of them are new and available, or until somebody hurries. What another attempt of the same step has begun
 * is waited for, not begun again: every pod would be replaced twice.
 */
export const restartRollout = async (
  hands: RolloutHands,
  consumer: PlacedConsumer,
  /** Whether it waits for its end. */
  { waits }: { readonly waits: boolean } = { waits: true },
): Promise<Performed> => {
  let begun = false;
  try {
    const workload = consumer.kubernetes?.workload;
    if (workload === undefined) {
      throw failure("rotation.no-service", { consumer: consumer.id, verb: "restart" });
    }
    const { ports, apis } = hands.at;
    const path = workloadPath(workload);
    const object = await (await apis.open()).get(path);
    const why = object === undefined ? `there is no such ${workload.kind}` : whyNoRollout(object);
    if (why !== undefined) throw failure("rotation.no-rollout", { consumer: consumer.id, why });
    const mine = `${hands.attempt.run}/${hands.attempt.step}`;
    begun =
      templateAnnotation(object!, restartedFor) === mine &&
      !rolloutOf(workload.kind, object!).complete;
    if (!begun) {
      await untilBudgetsAllow(hands, consumer, workload, object!);
      const annotations = {
        "kubectl.kubernetes.io/restartedAt": formatInstant(ports.clock.now()),
        [restartedFor]: mine,
      };
      await ports.timer.sleep(apiClockGrain);
      const api = await apis.open();
      begun = true;
      await api.patch(path, "strategic", { spec: { template: { metadata: { annotations } } } });
    }
    if (waits) await untilComplete(hands, consumer, workload);
    return done;
  } catch (error) {
    return begun ? unknown(error) : refused(error);
  }
};

const untilComplete = async (
  { at: { ports, apis }, meanwhile: { tell, hurry, patience = longestSilence } }: RolloutHands,
  { id }: PlacedConsumer,
  workload: KubernetesWorkload,
): Promise<void> => {
  const { clock, timer } = ports;
  const progressDeadline = Math.min(longestSilence, patience);
  let end = clock.now() + progressDeadline;
  let furthest = -1;
  let since = clock.now();
  let why = "it has not been looked at";
  while (clock.now() < end) {
    try {
      const api = await apis.open();
      const object = await api.get(workloadPath(workload));
      const found = object === undefined ? undefined : rolloutOf(workload.kind, object);
      if (found?.complete === true) return;
      const reached = (found?.updated ?? 0) + (found?.available ?? 0);
      if (reached > furthest) {
        furthest = reached;
        since = clock.now();
        end = since + progressDeadline;
      }
      const troubles =
        object === undefined || clock.now() - since < silence
          ? []
          : await troublesOf(api, workload, object);
      why = [progressWords(found), ...troubles].join("; ");
    } catch (error) {
      why = whyOf(error);
    }
    tell(why);
    if (hurry?.aborted === true) throw failure("rotation.wait-left", { consumer: id, why });
    await timer.sleep(pause, hurry);
  }
  throw failure("rotation.rollout-late", {
    consumer: id,
    seconds: progressDeadline / 1000,
    why,
  });
};

const progressWords = (found: Rollout | undefined): string => {
  if (found === undefined) return "it is not there any more";
  const { wanted, updated, available } = found;
  return `of ${wanted} pods ${updated} are new and ${available} available`;
};

/** Pods that are not ready are few: a rollout that comes no further stops at its strategy's limit. */
const shown = 3;

const troublesOf = async (
  api: KubernetesApi,
  workload: KubernetesWorkload,
  object: KubernetesObject,
): Promise<readonly string[]> => {
  const troubles: string[] = [];
  const nodes = new Set<string>();
  for await (const one of api.list(podsPath(workload, object))) {
    const pod = one as StartingPod;
    const trouble = podTrouble(pod);
    if (trouble === undefined) continue;
    troubles.push(trouble);
    if (pod.spec?.nodeName !== undefined) nodes.add(pod.spec.nodeName);
  }
  const away: string[] = [];
  for (const name of [...nodes].slice(0, shown)) {
    for await (const node of api.list(`/api/v1/nodes?fieldSelector=metadata.name%3D${name}`)) {
      const trouble = nodeTrouble(node as NodeConditions);
      if (trouble !== undefined) away.push(trouble);
    }
  }
  const more = troubles.length - shown;
  return [...away, ...(more <= 0 ? troubles : [...troubles.slice(0, shown), `and ${more} more`])];
};
