import { connect, type Answer, type ClientFiles, type Connection } from "./connection.ts";
import type { Endpoint } from "./connection.ts";
import { isRefusal, mayRepeat, wasCut, type Operation } from "./policy.ts";
import type { Recorder } from "./record.ts";

/** etcdctl's own default for one command (--command-timeout). */
export const requestDeadline = 5000;
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

/**
 * One request with the failover of etcd's client: from the first of `endpoints` to the next as long as `mayRepeat`.
 * A write goes round the members once, as a client without any connection fails at once; a read until its deadline.
 */
export const ask = async (
  { client, operation, key, value }: Request,
  endpoints: readonly Endpoint[],
  connections: Connections,
  recorder: Recorder,
): Promise<Answer> => {
  const startedAt = recorder.now();
  const { phase } = recorder;
  const deadline = Date.now() + requestDeadline;
  let tries = 0;
  let answer: Answer = { ok: false, code: "UNKNOWN", message: "not asked", unsent: true };
  let endpoint = endpoints[0]!;
  for (;;) {
    endpoint = endpoints[tries % endpoints.length]!;
    tries++;
    answer = await once(endpoint, connections, (connection) =>
      operation === "put" ? connection.put(key, value, deadline) : connection.get(key, deadline),
    );
    if (answer.ok) break;
    if (isRefusal(answer.message)) recorder.refused(client, endpoint.name, answer.message);
    const roundEnds = tries % endpoints.length === 0;
    if (!mayRepeat(operation, answer) || Date.now() >= deadline) break;
    // A client of one member is not made to wait for its restart: that is counted apart.
    if (roundEnds && (operation === "put" || endpoints.length === 1)) break;
    if (roundEnds) await pause(betweenRounds);
  }
  recorder.add({
    client,
    operation,
    startedAt,
    endedAt: recorder.now(),
    phase,
    endpoint: endpoint.name,
    tries,
    result: answer.ok ? "answered" : isAway(endpoints, answer) ? "away" : "failed",
    ...(answer.ok ? {} : { why: `${answer.code} ${answer.message}` }),
    ...(answer.ok && operation === "put" ? { revision: answer.revision } : {}),
  });
  return answer;
};

/** For a client of one member: it does not listen, or closed in the middle. No certificate is the reason. */
const isAway = (endpoints: readonly Endpoint[], answer: Extract<Answer, { ok: false }>): boolean =>
  endpoints.length === 1 &&
  !isRefusal(answer.message) &&
  (answer.unsent ||
    wasCut(answer) ||
    /Connection dropped|ECONNRESET|ECONNREFUSED|server stopped/.test(answer.message));

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
