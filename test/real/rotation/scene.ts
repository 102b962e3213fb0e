import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { RunningCluster } from "../../../tools/etcd-cluster/start.ts";
import type { ClientFiles, Endpoint } from "../../../tools/etcd-load/connection.ts";
import type { Load } from "../../../tools/load/clients.ts";
import { startLoad } from "../../../tools/etcd-load/load.ts";
import type { LoadSummary } from "../../../tools/load/record.ts";
import { inWorkbench, succeeded, type EtcdPrograms, type Workbench } from "../etcd-workbench.ts";

/** Three real members with users and roles, whose restarts can be asked for as the estate says. */
export interface Scene extends Workbench {
  readonly running: RunningCluster;
  readonly endpoints: readonly Endpoint[];
  /** All kinds of clients, as user app, until it is stopped. */
  load(options?: { readonly direct?: boolean }): Promise<Load>;
}

export const userApp = `  roles:
    app: [{ prefix: /app/, access: readwrite }]
  users:
    app: { roles: [app] }
`;

/** With the operator's word that nobody else uses the cluster. */
export const knownClients = `${userApp}  clientsComplete: true
`;

export const filesOf = (clients: string, user: string): ClientFiles => ({
  certificate: join(clients, user, "client.crt"),
  key: join(clients, user, "client.key"),
  trust: join(clients, user, "server-ca.crt"),
});

export interface SceneOptions {
  /** Lines below `etcd:`. */
  readonly extra?: string;
  /** What writes the CAs and the members' files; `etcd init` when absent. */
  readonly initialise?: ((bench: Workbench) => Promise<void>) | undefined;
}

export const inScene = (
  t: TestContext,
  programs: EtcdPrograms,
  body: (scene: Scene) => Promise<void>,
  {
    extra = userApp,
    initialise = async (bench: Workbench) => {
      succeeded(await bench.certwright("etcd", "init", "--in-place"));
    },
  }: SceneOptions = {},
): Promise<void> =>
  inWorkbench(t, programs, extra, async (bench) => {
    await initialise(bench);
    const running = await bench.start();
    succeeded(await bench.certwright("etcd", "users", "--yes"));
    const endpoints = bench.cluster.members.map(({ name, node, clientPort }) => ({
      name,
      host: node.addresses[0]!.value,
      port: clientPort,
    }));
    const loads: Load[] = [];
    try {
      await body({
        ...bench,
        running,
        endpoints,
        load: async (options = {}) => {
          const load = await startLoad({
            endpoints,
            files: filesOf(bench.path("clients"), "app"),
            prefix: "/app/",
            etcdctl: programs.etcdctl,
            ...options,
          });
          loads.push(load);
          return load;
        },
      });
    } finally {
      // A test that failed half-way leaves its clients asking.
      await Promise.all(loads.map((load) => load.stop()));
    }
  });

/** What a load came to, in a line for each client; what a failing test prints. */
export const inWords = (summary: LoadSummary): string =>
  [
    `${summary.failed} of ${summary.requests} requests failed, ${summary.retried} retried, ${summary.inDoubt} in doubt, longest gap ${summary.longestGapMs} ms, ${summary.refusals.length} refusals in ${summary.seconds} s`,
    ...summary.clients.map(
      (one) =>
        `  ${one.client}: ${one.requests} requests, ${one.retried} retried, ${one.inDoubt} in doubt, ${one.failed} failed, ${one.away} while the member was away, gap ${one.longestGapMs} ms (${one.longestGapPhase})`,
    ),
    ...summary.watches.map(
      (one) =>
        `  ${one.client}: ${one.events} events, ${one.resumes} resumes, ${one.missing.length} missing, ${one.outOfOrder} out of order${one.broken === undefined ? "" : `, ${one.broken}`}`,
    ),
    ...summary.failures
      .slice(0, 10)
      .map(
        (one) =>
          `  failed at ${Math.round(one.startedAt)} ms for ${Math.round(one.endedAt - one.startedAt)} ms: ${one.client} ${one.operation} at ${one.endpoint} in ${one.phase}, ${one.tries} tries: ${(one.why ?? "").slice(0, 400)}`,
      ),
    ...summary.refusals
      .slice(0, 10)
      .map(
        (one) =>
          `  refused at ${Math.round(one.at)} ms: ${one.client} at ${one.endpoint} in ${one.phase}: ${one.why.slice(0, 160)}`,
      ),
  ].join("\n");

/** Nobody noticed anything. */
export const assertUnharmed = (summary: LoadSummary): void => {
  const words = inWords(summary);
  assert.ok(summary.requests > 50, words);
  assert.equal(summary.failed, 0, words);
  // Failover would hide it from the client; a rotation without a mistake has none.
  assert.deepEqual(summary.refusals, [], words);
  for (const watch of summary.watches) {
    assert.ok(watch.events > 0, words);
    assert.deepEqual([watch.missing, watch.outOfOrder, watch.broken], [[], 0, undefined], words);
  }
};
