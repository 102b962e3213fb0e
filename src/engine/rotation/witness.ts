import { singleKey } from "../../core/estate/key-range.ts";
import type { EtcdCluster } from "../../core/model/estate.ts";
import type { Instant } from "../../core/model/certificate.ts";
import type { WatchedLoad } from "../../core/run/report.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Etcd, EtcdAnswer, EtcdCredentials } from "../../ports/etcd.ts";
import type { Timer } from "../../ports/timer.ts";
import { whyOf } from "./attempt.ts";
import { clientTarget } from "../etcd/connect.ts";

/** One more client of the cluster for as long as it is changed: what it meets, others meet. */
export interface Witness {
  /** Ends it and tells what it saw. */
  stop(): Promise<WatchedLoad>;
}

export interface WitnessPorts {
  readonly etcd: Etcd;
  readonly clock: Clock;
  readonly timer: Timer;
}

export interface WitnessOptions {
  /** Asked before each request: a rotation changes what is shown and what is trusted. */
  readonly credentials: () => Promise<EtcdCredentials>;
  /** Also removes a key that nobody has, which is a write to etcd and changes no data. */
  readonly writes: boolean;
}

/** Where there is no etcd to ask. */
export const nobody: Witness = {
  stop: () => Promise.resolve({ requests: 0, failed: 0, longestGapMs: 0, failures: [] }),
};

/** Milliseconds between two requests: a handshake each, so five a second are no load and no gap goes unseen. */
const pace = 200;
/** etcdctl's own default for one command (--command-timeout). */
const requestDeadline = 5000;
/** For one member, so that another one can still be asked. */
const memberDeadline = 1000;
/** Before all members are asked again. */
const betweenRounds = 50;
const failuresKept = 20;

/**
 * Asks again and again over a new connection, each time another member first, and goes on to the next one where a
 * member is away, as etcd's own client does: a request fails when no member answered within its deadline.
 */
export const startWitness = (
  ports: WitnessPorts,
  cluster: EtcdCluster,
  options: WitnessOptions,
): Witness => {
  const { clock, timer } = ports;
  const failures: { at: Instant; why: string }[] = [];
  let requests = 0;
  let failed = 0;
  let longestGapMs = 0;
  const watching = { stopped: false };
  let lastAnswer = clock.now();
  const work = async (): Promise<void> => {
    for (let turn = 0; !watching.stopped; turn++) {
      const at = clock.now();
      const why = await ask(ports, cluster, options, turn);
      const now = clock.now();
      requests += 1;
      longestGapMs = Math.max(longestGapMs, now - lastAnswer);
      if (why === undefined) lastAnswer = now;
      else {
        failed += 1;
        if (failures.length < failuresKept) failures.push({ at, why });
      }
      await timer.sleep(pace);
    }
  };
  const working = work();
  return {
    stop: async () => {
      watching.stopped = true;
      await working;
      return { requests, failed, longestGapMs, failures };
    },
  };
};

/** Undefined once a member has answered; else what the last one said. */
const ask = async (
  { etcd, clock, timer }: WitnessPorts,
  { members }: EtcdCluster,
  { credentials, writes }: WitnessOptions,
  turn: number,
): Promise<string | undefined> => {
  const deadline = clock.now() + requestDeadline;
  let why = "";
  for (let i = turn; ; i++) {
    const member = members[i % members.length]!;
    try {
      const connection = await etcd.connect(
        clientTarget(member),
        await credentials(),
        memberDeadline,
      );
      const writing = writes && turn % 2 === 1;
      const answer: EtcdAnswer<bigint> = await (
        writing ? connection.remove(nobodysKey) : connection.count(nobodysKey)
      ).finally(() => connection.close());
      if (answer.ok) return undefined;
      why = `${member.name}: ${answer.message} (${answer.code})`;
    } catch (error) {
      why = `${member.name}: ${whyOf(error)}`;
    }
    if (clock.now() >= deadline) return why;
    if ((i - turn) % members.length === members.length - 1) await timer.sleep(betweenRounds);
  }
};

/** Asked for and removed, never written. */
const nobodysKey = singleKey("certwright/witness");
