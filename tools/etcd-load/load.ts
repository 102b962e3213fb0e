import { startClients, type Client, type Load } from "../load/clients.ts";
import type { ClientFiles, Endpoint } from "./connection.ts";
import { askEtcdctl } from "./etcdctl.ts";
import { ask, freshConnections, keptConnections, type Connections } from "./failover.ts";
import { Recorder, type LoadSummary } from "../load/record.ts";
import { startWatcher } from "./watcher.ts";

export interface LoadOptions {
  readonly endpoints: readonly Endpoint[];
  readonly files: ClientFiles;
  /** All keys are below it; the user must be allowed to read and write there. */
  readonly prefix: string;
  /** Path of etcdctl; without it no such client. */
  readonly etcdctl?: string | undefined;
  /** Whether each member also has a client that asks it alone. Default true. */
  readonly direct?: boolean;
}

/** Milliseconds between a client's requests: about 100 requests a second over all, half a core with Node's handshakes. */
const pace = { fresh: 100, kept: 30, direct: 150, etcdctl: 400 };
/** A watch on a member that has just restarted has to catch up; measured below 1 s. */
const catchUpDeadline = 20_000;

/**
 * Clients of every kind at once: one with a new connection for each request and one with connections it keeps, both
 * with failover over all members; one for each member that asks it alone; a watch that begins at each member and goes
 * on at another when it is cut; and etcdctl. Each puts, and reads back linearizably what it has put.
 */
export const startLoad = async (options: LoadOptions): Promise<Load> => {
  const { endpoints, files, prefix, etcdctl, direct = true } = options;
  const recorder = new Recorder();
  const kept = keptConnections(files);
  const rotated = (turn: number): readonly Endpoint[] =>
    endpoints.map((_, i) => endpoints[(turn + i) % endpoints.length]!);

  const client = (
    name: string,
    every: number,
    connections: Connections,
    members: (turn: number) => readonly Endpoint[],
  ): Client => {
    let written: string | undefined;
    return {
      name,
      every,
      work: async (turn) => {
        const order = members(turn);
        const key = `${prefix}${name}`;
        const value = `${turn}`;
        const put = await ask(
          { client: name, operation: "put", key, value },
          order,
          connections,
          recorder,
        );
        if (put.ok) written = value;
        else written = undefined;
        const got = await ask(
          { client: name, operation: "get", key, value: "" },
          order,
          connections,
          recorder,
        );
        // A linearizable read behind an answered write of the only writer has that write.
        if (got.ok && written !== undefined && got.value !== written) {
          const at = recorder.now();
          recorder.add({
            client: name, operation: "get", startedAt: at, endedAt: at, phase: recorder.phase,
            endpoint: "any", tries: 1, inDoubt: false, result: "failed", why: `read ${got.value}, ${written} was written`,
          }); // prettier-ignore
        }
      },
    };
  };
  const directNames = direct ? endpoints.map(({ name }) => `direct-${name}`) : [];
  const clients: Client[] = [
    client("fresh", pace.fresh, freshConnections(files), rotated),
    client("kept", pace.kept, kept, rotated),
    ...(direct
      ? endpoints.map((endpoint, i) =>
          client(directNames[i]!, pace.direct, freshConnections(files), () => [endpoint]),
        )
      : []),
    ...(etcdctl === undefined
      ? []
      : [
          {
            name: "etcdctl",
            every: pace.etcdctl,
            work: (turn: number) =>
              askEtcdctl(
                { client: "etcdctl", etcdctl, endpoints, files, recorder },
                turn % 2 === 0 ? "put" : "get",
                `${prefix}etcdctl`,
                `${turn}`,
              ),
          },
        ]),
  ];

  const watchers = await Promise.all(
    endpoints.map((_, i) =>
      startWatcher({ name: `watch-${i + 1}`, prefix, endpoints: rotated(i), files, recorder }),
    ),
  );
  const endClients = startClients(clients);
  const finish = async (): Promise<LoadSummary> => {
    await endClients();
    const written = recorder.writtenRevisions();
    const last = written.at(-1) ?? 0n;
    await Promise.all(watchers.map((one) => one.until(last, catchUpDeadline)));
    for (const one of watchers) one.stop();
    kept.close();
    return recorder.summary(
      new Set(directNames),
      watchers.map((one) => one.summary(written)),
    );
  };
  let finished: Promise<LoadSummary> | undefined;
  const stop = (): Promise<LoadSummary> => (finished ??= finish());
  return {
    enter: (phase) => recorder.enter(phase),
    count: () => recorder.records.length,
    failures: () => recorder.failures(),
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
};
