import { utf8Bytes, utf8Of } from "../../../core/bytes/utf8.ts";
import { failure } from "../../../core/errors/certwright-error.ts";
import { withRestartMark } from "../../../core/manifest/restart-mark.ts";
import type { EtcdMember } from "../../../core/model/estate.ts";
import type { NodeFile, NodeSession, ProcessFacts } from "../../../ports/node.ts";
import type { TlsTarget } from "../../../ports/tls.ts";
import { clientTarget } from "../../etcd/connect.ts";
import { attempt, whyOf } from "../attempt.ts";
import { giveBackLease } from "../kubernetes/give-back-lease.ts";
import { groupMembers, slotsOf, type PlacedConsumer } from "../layout.ts";
import { processOf } from "../process.ts";
import type { Hands } from "./hands.ts";
import { runCommand } from "./run-command.ts";

/** A program that a kubelet starts from a manifest in its folder. */
export interface StaticPod {
  readonly hands: Hands;
  readonly session: NodeSession;
  readonly consumer: PlacedConsumer;
  readonly manifest: string;
}

/**
 * The kubelet looks at its folder every 20 s at the latest (FileCheckFrequency) and gives a pod 30 s to end; twice that.
 */
const podDeadline = 100_000;
const podPause = 500;
/** Somebody who hurries lets a kubelet that lives come to its end: so often it looks at its folder. */
const usual = 20_000;
/** A process's start is known to some 20 ms, and a kernel does not give a number to another one within a second. */
const reused = 1000;

/**
 * From a pod's last process until the kubelet is done with the pod: measured 0.6 s. A pod of the same name that comes
 * sooner is put off for 10 to 15 s (pkg/kubelet/pod_workers.go, backOffPeriod), as is one whose manifest is replaced:
 * 12 to 16 s without the program, where taking the manifest away and bringing it back takes 3 to 4 s.
 */
const settling = 1000;

/**
 * Takes the manifest away and brings it back, but for a mark as it was, whatever became of the pod meanwhile. `beside`:
 * one that is replaced while nobody asks it, from when the first does not listen any more.
 */
export const replacePod = async (pod: StaticPod, beside?: StaticPod): Promise<void> => {
  const { member } = pod.consumer;
  if (member !== undefined) return replaceMember(pod, member);
  await whileAway(
    pod,
    async () => undefined,
    beside === undefined ? undefined : () => replacePod(beside),
  );
};

/** The same, with another manifest when it comes back; `change` gives its text. */
export const replaceManifest = (pod: StaticPod, change: (text: string) => string): Promise<void> =>
  whileAway(pod, () => rewriteAside(pod, change));

const whileAway = async (
  pod: StaticPod,
  work: () => Promise<void>,
  meanwhile?: () => Promise<void>,
): Promise<void> => {
  let marked = false;
  try {
    await takeAway(pod, meanwhile);
    marked = true;
    await work();
  } finally {
    await (marked ? bringBack(pod) : putBack(pod));
  }
};

/**
 * Every 2 s the kubelet removes from the API what it has of pods that are gone, and it starts nothing while that takes
 * 34 s to fail because etcd is what is gone: a master's kubelet asks that master's API server, and that one its own
 * member. So a member's manifest is back before its pod is: as soon as it does not listen any more, some 7 s before it
 * ends. Measured otherwise: 60 s away, with three members as with one.
 */
const replaceMember = async (pod: StaticPod, member: EtcdMember): Promise<void> => {
  const { hands, session, consumer } = pod;
  const before = await processOf(session, hands.at.layout.etcd, consumer);
  try {
    await moveAway(pod);
    await untilSilent(hands, async () => clientTarget(member));
  } finally {
    await moveBack(pod);
  }
  await until(pod, "to be replaced", (process) => isOther(process, before));
};

/** Whoever listens answers the first packet at once; a busy machine may take its time for the rest. */
const listenDeadline = 2000;
/** One member in six ended 0.6 s after it had stopped listening, and 10 ms after that decided about 34 s. */
const listenPause = 100;

const untilSilent = async (
  { at: { ports } }: Hands,
  reach: () => Promise<TlsTarget>,
): Promise<void> => {
  const { tls, clock, timer } = ports;
  const end = clock.now() + podDeadline;
  const served = async () => tls.served(await reach(), listenDeadline);
  while (clock.now() < end && (await listens(served))) await timer.sleep(listenPause);
};

const listens = (ask: () => Promise<unknown>): Promise<boolean> =>
  ask().then(
    () => true,
    () => false,
  );

const isOther = (process: ProcessFacts | undefined, before: ProcessFacts | undefined): boolean =>
  process !== undefined &&
  (process.pid !== before?.pid || process.startedAt > before.startedAt + reused);

/**
 * Beside the folder that the kubelet watches and on the same file system, so that a rename takes it away and brings it
 * back whole, whoever is killed in between; the next attempt finds it there.
 */
const asideOf = (manifest: string): string => {
  const cut = manifest.lastIndexOf("/");
  const folder = manifest.slice(0, cut);
  return `${folder.slice(0, folder.lastIndexOf("/"))}/certwright-${manifest.slice(cut + 1)}`;
};

export const takeAway = async (pod: StaticPod, meanwhile?: () => Promise<void>): Promise<void> => {
  const { consumer, hands } = pod;
  await moveAway(pod);
  const only = consumer.kubernetes?.kind === "kube-apiserver" && isAlone(pod);
  if (only) await endSoon(pod);
  const ended = until(pod, "to end", (process) => process === undefined);
  const answered = only || meanwhile === undefined ? Promise.resolve() : untilAnswered(pod);
  const work = answered.then(meanwhile);
  // Whatever becomes of one of them, the other one is not left half-way.
  await Promise.allSettled([ended, work]);
  await ended;
  await work;
  await Promise.all([
    hands.at.ports.timer.sleep(settling),
    // A manifest that cannot be changed comes back as it is, and its pod may have to wait.
    attempt(() => mark(pod)),
    // One that cannot be given back runs out by itself.
    ...(consumer.redundancy === "standby"
      ? [attempt(() => giveBackLease(hands.look, consumer))]
      : []),
  ]);
};

const moveAway = async ({ session, consumer, manifest }: StaticPod): Promise<void> => {
  const aside = asideOf(manifest);
  if ((await session.facts(manifest)) !== undefined) await move(session, consumer, manifest, aside);
  else if ((await session.facts(aside)) === undefined) {
    throw failure("rotation.no-manifest", { node: session.name, manifest, aside });
  }
};

/** Whether nobody stands in for it meanwhile. */
const isAlone = ({ hands, consumer }: StaticPod): boolean =>
  groupMembers(hands.at.layout, consumer).length === 1;

/** Requests that it has taken when it is told to end are done within this, but for the longest lists. */
const inFlight = 3000;

/**
 * An API server that is told to end takes no more connections, and then waits for watches, which nobody ends, until the
 * kubelet kills it after 30 s. Where nobody stands in for it, that is 30 s without an API, and the controller-manager and
 * the scheduler end themselves after 10 s (their renew-deadline).
 */
const endSoon = async ({ hands, session, consumer }: StaticPod): Promise<void> => {
  const { timer } = hands.at.ports;
  const { etcd } = hands.at.layout;
  await timer.sleep(inFlight);
  const process = await processOf(session, etcd, consumer);
  if (process === undefined) return;
  // Its end is awaited in any case: one that is not there any more, or a node without that program, is no failure.
  await session.run(["kill", "-KILL", String(process.pid)], { deadline: killDeadline });
};

/** Until it takes no more requests, and those that it has taken are answered. */
const untilAnswered = async ({ hands, session, consumer }: StaticPod): Promise<void> => {
  const { port } =
    slotsOf(hands.at.layout, consumer.id).find((one) => one.port !== undefined) ?? {};
  if (port !== undefined) {
    const { host, port: number } = port;
    await untilSilent(hands, async () => {
      const over = await session.dial(host, number, listenDeadline);
      return { host, port: number, over };
    });
  }
  await hands.at.ports.timer.sleep(inFlight);
};

/** Sending a signal waits for nobody. */
const killDeadline = 5000;

export const putBack = async (pod: StaticPod): Promise<void> => {
  await attempt(() => mark(pod));
  await bringBack(pod);
};

const bringBack = async (pod: StaticPod): Promise<void> => {
  await moveBack(pod);
  await until(pod, "to start", (process) => process !== undefined);
};

/**
 * Makes it another pod as the kubelet sees it, which starts at once however often it was started before. Not a member of
 * etcd: the kubelet would first have to remove the former pod at an API server that hangs without it.
 */
const mark = async (pod: StaticPod): Promise<void> => {
  const { consumer, manifest, hands } = pod;
  if (consumer.member !== undefined) return;
  await rewriteAside(pod, (text) =>
    withRestartMark(text, asideOf(manifest), hands.at.ports.clock.now()),
  );
};

/** The manifest as it lies there, be it where the kubelet sees it or aside; undefined where it is neither. */
export const readManifest = async ({
  session,
  manifest,
}: Pick<StaticPod, "session" | "manifest">): Promise<NodeFile | undefined> =>
  (await session.read(manifest)) ?? (await session.read(asideOf(manifest)));

const rewriteAside = async (
  { session, manifest }: StaticPod,
  change: (text: string) => string,
): Promise<void> => {
  const path = asideOf(manifest);
  const file = await session.read(path);
  if (file === undefined) return;
  const text = utf8Of(file.bytes).text;
  const changed = change(text);
  if (changed === text) return;
  const { digest, mode } = file.facts;
  await session.write([{ path, bytes: utf8Bytes(changed), expect: digest, mode }]);
};

const moveBack = async ({ session, consumer, manifest }: StaticPod): Promise<void> => {
  const aside = asideOf(manifest);
  if ((await session.facts(manifest)) !== undefined) return;
  if ((await session.facts(aside)) === undefined) {
    throw failure("rotation.no-manifest", { node: session.name, manifest, aside });
  }
  await move(session, consumer, aside, manifest);
};

const move = (
  session: NodeSession,
  consumer: PlacedConsumer,
  from: string,
  to: string,
): Promise<void> => runCommand(session, consumer, ["mv", from, to]);

const until = async (
  { hands, session, consumer }: StaticPod,
  awaited: string,
  condition: (process: ProcessFacts | undefined) => boolean,
): Promise<void> => {
  const { clock, timer } = hands.at.ports;
  const { etcd } = hands.at.layout;
  const { tell, hurry } = hands.meanwhile;
  const begin = clock.now();
  const end = begin + podDeadline;
  let why = "";
  while (clock.now() < end) {
    try {
      if (condition(await processOf(session, etcd, consumer))) return;
      why = "";
    } catch (error) {
      why = whyOf(error);
    }
    const words = `${consumer.id} is awaited ${awaited}${why === "" ? "" : `: ${why}`}`;
    tell(words);
    // The manifest is where it belongs, or is brought back there on the way out.
    if (hurry?.aborted === true && clock.now() - begin > usual) {
      throw failure("rotation.wait-left", { consumer: consumer.id, why: words });
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
