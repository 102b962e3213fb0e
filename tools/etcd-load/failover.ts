import { connect, type Answer, type ClientFiles, type Connection } from "./connection.ts";
import type { Endpoint } from "./connection.ts";
import { isRefusal, judge, type Operation } from "./policy.ts";
import type { Recorder } from "../load/record.ts";

/** Longer than a member itself goes on with a request: 5 s and two election timeouts (server/config, ReqTimeout). */
const requestDeadline = 10_000;
/** For one try: a leader that hands over loses what it was sent, and whoever waits for the answer waits in vain. */
const tryDeadline = 2500;
/** Between two rounds over all members; the mean of what etcd's client waits (client/v3/client.go, backoffWaitBetween). */
const betweenRounds = 25;

/** Where a client has its connections from: a new one each time, or one that it keeps. */
export interface Connections {
  /** Throws when the files cannot be read or are no pair. */
  to(endpoint: Endpoint): Connection;
  /** After each use. `sound` false: it failed. */
  done(connection: Connection, sound: boolean): void;
}

export const pause = (milliseconds: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, milliseconds);
  return promise;
};

/** A new connection for every request; the files are read each time. */
export const freshConnections = (files: ClientFiles): Connections => ({
  to: (endpoint) => connect(endpoint, files),
  done: (connection) => connection.close(),
});

/** One connection to each member, kept until it fails or is cut; then the files are read again. */
export const keptConnections = (files: ClientFiles): Connections & { close(): void } => {
  const kept = new Map<string, { readonly connection: Connection; used: boolean }>();
  const drop = (connection: Connection): void => {
    connection.close();
    kept.delete(connection.endpoint.name);
  };
  return {
    to: (endpoint) => {
      const known = kept.get(endpoint.name);
      if (known !== undefined && (!known.used || known.connection.isReady())) {
        return known.connection;
      }
      if (known !== undefined) drop(known.connection);
      const connection = connect(endpoint, files);
      kept.set(endpoint.name, { connection, used: false });
      return connection;
    },
    done: (connection, sound) => {
      const known = kept.get(connection.endpoint.name);
      if (!sound) drop(connection);
      else if (known !== undefined) known.used = true;
    },
    close: () => {
      for (const { connection } of kept.values()) connection.close();
      kept.clear();
    },
  };
};

export interface Request {
  readonly client: string;
  readonly operation: Operation;
  readonly key: string;
  readonly value: string;
}

interface Asked {
  readonly answer: Answer;
  readonly endpoint: Endpoint;
  readonly tries: number;
  readonly inDoubt: boolean;
}

/**
 * One request with failover: from the first of `endpoints` to the next for as long as policy.ts allows. A write that
 * found no connection anywhere fails at once, as etcd's client does; everything else ends with the deadline.
 */
export const ask = async (
  request: Request,
  endpoints: readonly Endpoint[],
  connections: Connections,
  recorder: Recorder,
): Promise<Answer> => {
  const startedAt = recorder.now();
  const { phase } = recorder;
  const { client, operation } = request;
  const { answer, endpoint, tries, inDoubt } = await askUntilAnswered(
    request,
    endpoints,
    connections,
    (at, why) => recorder.refused(client, at.name, why),
  );
  recorder.add({
    client,
    operation,
    startedAt,
    endedAt: recorder.now(),
    phase,
    endpoint: endpoint.name,
    tries,
    inDoubt,
    result: answer.ok ? "answered" : isAway(endpoints, answer) ? "away" : "failed",
    ...(answer.ok ? {} : { why: `${answer.code} ${answer.message}` }),
    ...(answer.ok && operation === "put" ? { revision: answer.revision } : {}),
  });
  return answer;
};

const askUntilAnswered = async (
  { operation, key, value }: Request,
  endpoints: readonly Endpoint[],
  connections: Connections,
  refused: (endpoint: Endpoint, why: string) => void,
): Promise<Asked> => {
  const deadline = Date.now() + requestDeadline;
  let inDoubt = false;
  for (let tries = 1; ; tries++) {
    const endpoint = endpoints[(tries - 1) % endpoints.length]!;
    // After a doubt one looks first whether it was done.
    const looks = operation === "get" || inDoubt;
    const until = Math.min(deadline, Date.now() + tryDeadline);
    let answer = await once(endpoint, connections, (connection) =>
      looks ? connection.get(key, until) : connection.put(key, value, until),
    );
    if (answer.ok && operation === "put" && looks && answer.value !== value) {
      answer = await once(endpoint, connections, (connection) => connection.put(key, value, until));
    }
    if (answer.ok) return { answer, endpoint, tries, inDoubt };
    if (isRefusal(answer.message)) refused(endpoint, answer.message);
    const verdict = judge(operation, answer);
    if (verdict === "in-doubt") inDoubt = true;
    const roundEnds = tries % endpoints.length === 0;
    // A client of one member is not made to wait for its restart: that is counted apart.
    const nobody = roundEnds && answer.unsent && (operation === "put" || endpoints.length === 1);
    if (verdict === "failed" || nobody || Date.now() >= deadline) {
      return { answer, endpoint, tries, inDoubt };
    }
    if (roundEnds) await pause(betweenRounds);
  }
};

/** For a client of one member: it does not listen. No certificate is the reason. */
const isAway = (endpoints: readonly Endpoint[], answer: Extract<Answer, { ok: false }>): boolean =>
  endpoints.length === 1 && !isRefusal(answer.message) && answer.unsent;

const once = async (
  endpoint: Endpoint,
  connections: Connections,
  use: (connection: Connection) => Promise<Answer>,
): Promise<Answer> => {
  let connection: Connection;
  try {
    connection = connections.to(endpoint);
  } catch (error) {
    // A key that is not its certificate's: Node refuses to make a context of them.
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, code: "FILES", message, unsent: true };
  }
  const answer = await use(connection);
  connections.done(connection, answer.ok);
  return answer;
};
