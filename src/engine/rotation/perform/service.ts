import { failure } from "../../../core/errors/certwright-error.ts";
import type { Performed } from "../../../ports/world.ts";
import type { PlacedConsumer } from "../layout.ts";
import { hasProcess } from "../process.ts";
import { heldAtStart } from "../started-with.ts";
import { untilServed } from "./api-service.ts";
import type { Hands } from "./hands.ts";
import { done, refused, unknown } from "./outcome.ts";
import { restartRollout } from "./rollout.ts";
import { runCommand, unawaitedDeadline } from "./run-command.ts";
import { putBack, replacePod, takeAway, type StaticPod } from "./static-pod.ts";

/**
 * Restarts a consumer, and what only it uses on its node while it is away. Doing so twice does no harm beyond their
 * absence.
 */
export const restartService = (
  hands: Hands,
  consumer: PlacedConsumer,
  meanwhile?: PlacedConsumer,
  unawaited?: true,
): Promise<Performed> => serve(hands, consumer, "restart", meanwhile, unawaited);
export const stopService = (hands: Hands, consumer: PlacedConsumer): Promise<Performed> =>
  serve(hands, consumer, "stop");
export const startService = (hands: Hands, consumer: PlacedConsumer): Promise<Performed> =>
  serve(hands, consumer, "start");

export const verbs = ["restart", "stop", "start"] as const;
export type Verb = (typeof verbs)[number];

const serve = async (
  hands: Hands,
  consumer: PlacedConsumer,
  verb: Verb,
  meanwhile?: PlacedConsumer,
  unawaited?: true,
): Promise<Performed> => {
  const { service } = consumer;
  if (service.kind === "rollout" && verb === "restart") {
    return restartRollout(hands, consumer);
  }
  const command = commandOf(service, verb, unawaited);
  if (service.kind !== "static-pod" && command === undefined) {
    return refused(failure("rotation.no-service", { consumer: consumer.id, verb }));
  }
  if (meanwhile !== undefined && meanwhile.service.kind !== "static-pod") {
    return refused(failure("rotation.no-service", { consumer: meanwhile.id, verb }));
  }
  let begun = false;
  try {
    // Read before it starts: what changes after that is not what it has read.
    const held =
      !hasProcess(consumer) && verb !== "stop" ? await heldAtStart(hands.at, consumer) : undefined;
    const work = (): Promise<void> =>
      hands.at.sessions.use(consumer.node, async (session) => {
        begun = true;
        const deadline = unawaited === true ? unawaitedDeadline : undefined;
        if (command !== undefined) await runCommand(session, consumer, command, deadline);
        else if (service.kind === "static-pod") {
          const podOf = (one: PlacedConsumer, manifest: string): StaticPod => ({
            hands,
            session,
            consumer: one,
            manifest,
          });
          const beside =
            meanwhile?.service.kind === "static-pod"
              ? podOf(meanwhile, meanwhile.service.manifest)
              : undefined;
          await serveByManifest(podOf(consumer, service.manifest), verb, beside);
        }
      });
    await (verb === "restart" ? untilServed(hands, consumer, work) : work());
    if (held !== undefined) hands.at.startedWith.set(consumer.id, held);
    return done;
  } catch (error) {
    return begun ? unknown(error) : refused(error);
  }
};

const serveByManifest = (pod: StaticPod, verb: Verb, beside?: StaticPod): Promise<void> => {
  switch (verb) {
    case "restart":
      return replacePod(pod, beside);
    case "stop":
      return takeAway(pod);
    case "start":
      return putBack(pod);
  }
};

/**
 * The words that the node runs for it; undefined: there are none. `unawaited`: systemd is not to wait until a unit of
 * Type=notify is ready, which etcd tells it once it has joined its quorum (server/etcdmain/etcd.go, notifySystemd).
 */
export const commandOf = (
  service: PlacedConsumer["service"],
  verb: Verb,
  unawaited?: true,
): readonly string[] | undefined => {
  switch (service.kind) {
    case "systemd":
      return ["systemctl", ...(unawaited === true ? ["--no-block"] : []), verb, service.unit];
    case "command":
      return service[verb];
    default:
      return undefined;
  }
};
