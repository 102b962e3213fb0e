import { failure } from "../../../core/errors/certwright-error.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import type { Service } from "../../../core/model/estate.ts";
import type { NodeSession, ProcessFacts } from "../../../ports/node.ts";
import type { Performed } from "../../../ports/world.ts";
import type { PlacedConsumer } from "../layout.ts";
import { processOf } from "../process.ts";
import { heldAtStart } from "../started-with.ts";
import { whyOf } from "../attempt.ts";
import type { Hands } from "./hands.ts";
import { done, refused, unknown } from "./outcome.ts";

/** systemd's own patience for one start and one stop is 90 s each (DefaultTimeoutStartSec, DefaultTimeoutStopSec); etcd's unit gives five minutes to start. */
const commandDeadline = 390_000;
/** The kubelet looks at its folder every 20 s at the latest (FileCheckFrequency) and gives a pod 30 s to end; twice that. */
const podDeadline = 100_000;
const podPause = 500;

/** Restarts a consumer. Doing so twice does no harm beyond its absence. */
export const restartService = (hands: Hands, consumer: PlacedConsumer): Promise<Performed> =>
  serve(hands, consumer, "restart");
export const stopService = (hands: Hands, consumer: PlacedConsumer): Promise<Performed> =>
  serve(hands, consumer, "stop");
export const startService = (hands: Hands, consumer: PlacedConsumer): Promise<Performed> =>
  serve(hands, consumer, "start");

type Verb = "restart" | "stop" | "start";

const serve = async (hands: Hands, consumer: PlacedConsumer, verb: Verb): Promise<Performed> => {
  const { service } = consumer;
  const command = commandOf(service, verb);
  if (service.kind !== "static-pod" && command === undefined) {
    return refused(failure("rotation.no-service", { consumer: consumer.id, verb }));
  }
  let begun = false;
  try {
    // Read before it starts: what changes after that is not what it has read.
    const held =
      consumer.member === undefined && verb !== "stop"
        ? await heldAtStart(hands.at, consumer)
        : undefined;
    await hands.at.sessions.use(consumer.node, async (session) => {
      begun = true;
      if (command !== undefined) await runCommand(session, consumer, command);
      else if (service.kind === "static-pod") {
        const pod: Pod = { hands, session, consumer, manifest: service.manifest };
        if (verb !== "start") await takeAway(pod);
        if (verb !== "stop") await putBack(pod);
      }
    });
    if (held !== undefined) hands.at.startedWith.set(consumer.id, held);
    return done;
  } catch (error) {
    return begun ? unknown(error) : refused(error);
  }
};

const commandOf = (service: Service, verb: Verb): readonly string[] | undefined => {
  switch (service.kind) {
    case "systemd":
      return ["systemctl", verb, service.unit];
    case "command":
      return service[verb];
    default:
      return undefined;
  }
};

const runCommand = async (
  session: NodeSession,
  { id }: PlacedConsumer,
  command: readonly string[],
): Promise<void> => {
  const { code, stderr } = await session.run(command, { deadline: commandDeadline });
  if (code === 0) return;
  throw failure("rotation.service-failed", {
    consumer: id,
    node: session.name,
    command: command.map(shellWord).join(" "),
    code,
    said: lastLine(stderr),
  });
};

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1)?.slice(0, 300) ?? "";

interface Pod {
  readonly hands: Hands;
  readonly session: NodeSession;
  readonly consumer: PlacedConsumer;
  readonly manifest: string;
}

/**
 * Beside the folder that the kubelet watches and on the same file system, so that a rename takes it away and brings it
 * back whole, whoever is killed in between; the next attempt finds it there.
 */
const asideOf = (manifest: string): string => {
  const cut = manifest.lastIndexOf("/");
  const folder = manifest.slice(0, cut);
  return `${folder.slice(0, folder.lastIndexOf("/"))}/certwright-${manifest.slice(cut + 1)}`;
};

const takeAway = async ({ hands, session, consumer, manifest }: Pod): Promise<void> => {
  const aside = asideOf(manifest);
  if ((await session.facts(manifest)) !== undefined) await move(session, consumer, manifest, aside);
  else if ((await session.facts(aside)) === undefined) {
    throw failure("rotation.no-manifest", { node: session.name, manifest, aside });
  }
  await until({ hands, session, consumer, manifest }, "to end", (process) => process === undefined);
};

const putBack = async (pod: Pod): Promise<void> => {
  const { session, consumer, manifest } = pod;
  const aside = asideOf(manifest);
  if ((await session.facts(manifest)) === undefined) await move(session, consumer, aside, manifest);
  await until(pod, "to start", (process) => process !== undefined);
};

const move = (
  session: NodeSession,
  consumer: PlacedConsumer,
  from: string,
  to: string,
): Promise<void> => runCommand(session, consumer, ["mv", from, to]);

const until = async (
  { hands, session, consumer }: Pod,
  awaited: string,
  condition: (process: ProcessFacts | undefined) => boolean,
): Promise<void> => {
  const { clock, timer } = hands.at.ports;
  const { etcd } = hands.at.layout;
  const end = clock.now() + podDeadline;
  let why = "";
  while (clock.now() < end) {
    try {
      if (condition(await processOf(session, etcd, consumer))) return;
      why = "";
    } catch (error) {
      why = whyOf(error);
    }
    await timer.sleep(podPause);
  }
  throw failure("rotation.pod-late", {
    consumer: consumer.id,
    node: session.name,
    awaited,
    seconds: podDeadline / 1000,
    why,
  });
};
