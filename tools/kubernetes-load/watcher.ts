import { setTimeout as pause } from "node:timers/promises";
import type { ClientHttp2Session } from "node:http2";
import type { WatchSummary } from "../load/record.ts";
import { headersOf, openSession, settled, type Answer, type Endpoint } from "./connection.ts";
import { record, type Surroundings } from "./failover.ts";
import type { Identity } from "./identity.ts";
import { isRefusal } from "./policy.ts";

export interface Watcher {
  /** Resolves once it has seen that revision, or after `deadline` milliseconds. */
  until(revision: bigint, deadline: number): Promise<void>;
  stop(): Promise<void>;
  /** Compared with what writers were told. */
  summary(written: readonly bigint[]): WatchSummary;
}

export interface WatchOptions {
  readonly name: string;
  /** The path of a list: every change of what is in it. */
  readonly path: string;
  /** Where to begin: behind this one. */
  readonly resourceVersion: bigint;
  readonly endpoints: readonly Endpoint[];
  readonly identity: Identity;
}

/** Between two attempts; client-go's reflectors begin with 0.8 s (tools/cache/reflector.go), and the rest need not wait. */
const resumePause = 100;

interface Event {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: {
    readonly code?: number;
    readonly message?: string;
    readonly metadata?: { readonly resourceVersion?: string };
  };
}

/**
 * Watches from a resourceVersion on, at one server; when it is cut, goes on at the next server from the last one that it
 * was told. What it saw is kept, to be compared with what was written. Each beginning counts as a request.
 */
export const startWatcher = (around: Surroundings, options: WatchOptions): Watcher => {
  const { name, path, endpoints, identity } = options;
  const { recorder, availability } = around;
  const seen: bigint[] = [];
  const state: { last: bigint; outOfOrder: number; broken?: string } = {
    last: options.resourceVersion,
    outOfOrder: 0,
  };
  const stopped = new AbortController();
  const over = (): boolean => stopped.signal.aborted || state.broken !== undefined;
  let begun = 0;
  let current: ClientHttp2Session | undefined;

  const take = ({ type, object }: Event): void => {
    if (type === "ERROR") {
      // What is asked for is no longer kept. Anything else is asked for again.
      if (object.code === 410) state.broken = `410 ${object.message ?? ""}`;
      return;
    }
    const revision = BigInt(object.metadata?.resourceVersion ?? "0");
    // A bookmark says how far the server has come, and may say it twice.
    if (type === "BOOKMARK") {
      if (revision > state.last) state.last = revision;
      return;
    }
    if (revision <= state.last) state.outOfOrder++;
    else state.last = revision;
    seen.push(revision);
  };

  /** One stream to its end. Gives what it was answered at the beginning. */
  const follow = async (endpoint: Endpoint, begin: (answer: Answer) => void): Promise<void> => {
    const credentials = identity();
    const session = openSession(endpoint, credentials);
    current = session;
    try {
      const failure = await settled(session);
      if (failure !== undefined) throw failure;
      const query = `watch=1&allowWatchBookmarks=true&resourceVersion=${state.last}`;
      const stream = session.request({ ":path": `${path}?${query}`, ...headersOf(credentials) });
      stream.end();
      let status = 0;
      stream.on("response", (headers) => {
        status = headers[":status"] ?? 0;
        if (status === 200) begin({ kind: "status", status, body: "", again: false });
      });
      let rest = "";
      stream.setEncoding("utf8");
      for await (const chunk of stream) {
        rest += chunk as string;
        if (status !== 200) continue;
        const lines = rest.split("\n");
        rest = lines.pop()!;
        for (const line of lines) take(JSON.parse(line) as Event);
      }
      if (status !== 200) begin({ kind: "status", status, body: rest, again: false });
    } finally {
      session.destroy();
    }
  };

  const keepGoing = async (): Promise<void> => {
    for (let turn = 0; !over(); turn++) {
      const endpoint = endpoints[turn % endpoints.length]!;
      const startedAt = recorder.now();
      const sentAt = performance.now();
      const { phase } = recorder;
      let first: Answer | undefined;
      const note = (answer: Answer, away: boolean): void => {
        const ok = answer.kind === "status" && answer.status === 200;
        const asked = {
          answer,
          ok,
          startedAt,
          phase,
          endpoint,
          tries: 1,
          inDoubt: false,
          away,
          sentAt,
        };
        record(recorder, name, "watch", asked);
      };
      try {
        await follow(endpoint, (answer) => {
          first = answer;
          if (answer.kind === "status" && answer.status === 200) {
            begun++;
            note(answer, false);
          }
        });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        first ??= { kind: "none", message, unsent: true };
      }
      if (over()) return;
      if (first?.kind === "none" && isRefusal(first.message)) {
        recorder.refused(name, endpoint.name, first.message);
        note(first, false);
      } else if (first?.kind === "none") {
        availability.missed(endpoint);
        note(first, true);
      } else if (first !== undefined && first.status !== 200) {
        if (first.status === 410) state.broken = "410 while beginning";
        note(first, await availability.wasAway(endpoint, sentAt));
      }
      await pause(resumePause);
    }
  };
  const running = keepGoing();

  return {
    async until(revision, deadline) {
      const end = performance.now() + deadline;
      while (state.last < revision && performance.now() < end && !over()) await pause(20);
    },
    async stop() {
      stopped.abort();
      current?.destroy();
      await running;
    },
    summary: (written) => {
      const told = new Set(seen);
      return {
        client: name,
        events: seen.length,
        resumes: Math.max(0, begun - 1),
        missing: written.filter((revision) => !told.has(revision)).map(String),
        outOfOrder: state.outOfOrder,
        ...(state.broken === undefined ? {} : { broken: state.broken }),
      };
    },
  };
};
