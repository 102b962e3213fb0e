import { connect, type ClientFiles, type Connection, type Endpoint } from "./connection.ts";
import { pause } from "./failover.ts";
import { isRefusal } from "./policy.ts";
import type { Recorder, WatchSummary } from "../load/record.ts";

export interface Watcher {
  /** Resolves once it has seen that revision, or after `deadline` milliseconds. */
  until(revision: bigint, deadline: number): Promise<void>;
  stop(): void;
  /** Compared with what writers were told. */
  summary(written: readonly bigint[]): WatchSummary;
}

export interface WatchOptions {
  readonly name: string;
  /** Every key with this prefix. */
  readonly prefix: string;
  readonly endpoints: readonly Endpoint[];
  readonly files: ClientFiles;
  readonly recorder: Recorder;
}

/** Between two attempts to connect; etcd's client tries again as quickly (client/v3/watch.go). */
const reconnectPause = 25;
/** A cluster that is well answers in milliseconds; a busy machine gets a thousand times that. */
const startDeadline = 10_000;

/** The first key behind all keys with the prefix. */
const endOf = (prefix: string): Uint8Array => {
  const bytes = new TextEncoder().encode(prefix);
  bytes[bytes.length - 1]! += 1;
  return bytes;
};

/**
 * Watches from the first event after now, on one member; when it is cut, goes on at the next member from the revision
 * behind the last one that it saw. What it was told is kept, to be compared with what was written.
 */
export const startWatcher = async (options: WatchOptions): Promise<Watcher> => {
  const { name, prefix, endpoints, files, recorder } = options;
  const seen: bigint[] = [];
  const state: { next: bigint; outOfOrder: number; broken?: string } = { next: 0n, outOfOrder: 0 };
  const stopped = new AbortController();
  const over = (): boolean => stopped.signal.aborted || state.broken !== undefined;
  let resumes = 0;
  let current: Connection | undefined;
  /** A closed connection lives until its streams have ended, and a member ends none of its own will. */
  let cancel: (() => void) | undefined;
  const started = Promise.withResolvers<void>();

  /** One stream to its end. Gives why it ended. */
  const follow = (connection: Connection): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const stream = connection.watch();
    cancel = () => stream.cancel();
    stream.on("error", (error) => resolve(error.message));
    stream.on("end", () => resolve("ended"));
    stream.on("data", (response) => {
      if (response.created) {
        // Before any event its header has the store's revision: a new watch begins behind it.
        if (state.next === 0n) state.next = (response.header?.revision ?? 0n) + 1n;
        started.resolve();
      }
      if (response.compactRevision !== 0n) {
        state.broken = `compacted at ${response.compactRevision}, and ${state.next} was wanted`;
      } else if (response.canceled && !/no leader/.test(response.cancelReason)) {
        state.broken = response.cancelReason;
      }
      if (response.canceled) resolve(response.cancelReason);
      for (const { kv } of response.events) {
        const revision = kv?.modRevision ?? 0n;
        if (revision < state.next) state.outOfOrder++;
        else state.next = revision + 1n;
        seen.push(revision);
      }
    });
    stream.write({
      createRequest: {
        key: new TextEncoder().encode(prefix),
        rangeEnd: endOf(prefix),
        startRevision: state.next,
      },
    });
    return promise;
  };

  const keepGoing = async (): Promise<void> => {
    for (let turn = 0; !over(); turn++) {
      const endpoint = endpoints[turn % endpoints.length]!;
      try {
        current = connect(endpoint, files);
        const why = await follow(current);
        if (!stopped.signal.aborted && isRefusal(why)) recorder.refused(name, endpoint.name, why);
      } catch (error) {
        recorder.refused(
          name,
          endpoint.name,
          error instanceof Error ? error.message : String(error),
        );
      }
      cancel?.();
      current?.close();
      if (stopped.signal.aborted) return;
      resumes++;
      await pause(reconnectPause);
    }
  };
  const running = keepGoing();
  const began = await Promise.race([
    started.promise.then(() => true),
    pause(startDeadline).then(() => false),
  ]);
  if (!began) {
    stopped.abort();
    throw new Error(`${name}: no member let a watch begin within ${startDeadline / 1000} s`);
  }

  return {
    async until(revision, deadline) {
      const end = performance.now() + deadline;
      while (state.next <= revision && performance.now() < end && !over()) await pause(20);
    },
    stop: () => {
      stopped.abort();
      cancel?.();
      current?.close();
      void running;
    },
    summary: (written) => {
      const told = new Set(seen);
      return {
        client: name,
        events: seen.length,
        resumes,
        missing: written.filter((revision) => !told.has(revision)).map(String),
        outOfOrder: state.outOfOrder,
        ...(state.broken === undefined ? {} : { broken: state.broken }),
      };
    },
  };
};
