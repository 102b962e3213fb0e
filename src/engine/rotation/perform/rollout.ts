import { failure } from "../../../core/errors/certwright-error.ts";
import { formatInstant } from "../../../core/x509/time.ts";
import type { KubernetesApi } from "../../../ports/kubernetes.ts";
import { whyOf } from "../attempt.ts";
import { rolloutOf, whyNoRollout, workloadPath, type Rollout } from "../kubernetes/rollout.ts";
import type { PlacedConsumer } from "../layout.ts";
import { untilBudgetsAllow } from "./budgets-allow.ts";
import type { Hands } from "./hands.ts";

/** Without another new pod: what a Deployment itself calls no progress (progressDeadlineSeconds 600). */
const progressDeadline = 600_000;
const pause = 1000;

/**
 * Has a workload's controller replace its pods as its own strategy says, as `kubectl rollout restart` does, and waits
 * until all of them are new and available. Throws kubernetes.*, rotation.*.
 */
export const restartRollout = async (hands: Hands, consumer: PlacedConsumer): Promise<void> => {
  const workload = consumer.kubernetes?.workload;
  if (workload === undefined) {
    throw failure("rotation.no-service", { consumer: consumer.id, verb: "restart" });
  }
  const { ports, apis } = hands.at;
  const path = workloadPath(workload);
  const object = await (await apis.open()).get(path);
  const why = object === undefined ? `there is no such ${workload.kind}` : whyNoRollout(object);
  if (why !== undefined) throw failure("rotation.no-rollout", { consumer: consumer.id, why });
  await untilBudgetsAllow(hands, consumer, workload, object!);
  const annotations = { "kubectl.kubernetes.io/restartedAt": formatInstant(ports.clock.now()) };
  await (
    await apis.open()
  ).patch(path, "strategic", { spec: { template: { metadata: { annotations } } } });
  await untilComplete(hands, consumer, async (one) => {
    const now = await one.get(path);
    return now === undefined ? undefined : rolloutOf(workload.kind, now);
  });
};

const untilComplete = async (
  { at: { ports, apis } }: Hands,
  consumer: PlacedConsumer,
  look: (api: KubernetesApi) => Promise<Rollout | undefined>,
): Promise<void> => {
  const { clock, timer } = ports;
  let end = clock.now() + progressDeadline;
  let furthest = -1;
  let why = "";
  while (clock.now() < end) {
    try {
      const found = await look(await apis.open());
      if (found?.complete === true) return;
      const { wanted = 0, updated = 0, available = 0 } = found ?? {};
      why = `of ${wanted} pods ${updated} are new and ${available} available`;
      if (updated + available > furthest) end = clock.now() + progressDeadline;
      furthest = Math.max(furthest, updated + available);
    } catch (error) {
      why = whyOf(error);
    }
    await timer.sleep(pause);
  }
  throw failure("rotation.rollout-late", {
    consumer: consumer.id,
    minutes: progressDeadline / 60_000,
    why,
  });
};
