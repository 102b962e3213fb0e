import assert from "node:assert/strict";
import { test } from "node:test";
import { failure } from "../../../core/errors/certwright-error.ts";
import type { KubernetesCluster } from "../../../core/model/estate.ts";
import type { KubernetesTarget } from "../../../ports/kubernetes.ts";
import type { RotationPorts } from "../ports.ts";
import { apiClient } from "./api-client.ts";
import { startWitness, together, type Ask } from "./witness.ts";

/** Time that passes only where somebody waits. */
const time = () => {
  let now = 0;
  return {
    clock: { now: () => now },
    timer: {
      sleep: async (milliseconds: number) => {
        now += milliseconds;
      },
    },
  };
};

const cluster = {
  kubeconfig: "/k",
  port: 6443,
  controlPlane: ["a", "b"].map((name) => ({
    name,
    addresses: [{ kind: "dns", value: name }],
    access: { kind: "local" },
  })),
} as unknown as KubernetesCluster;

const server = "https://a:6443";
const request = { verb: "get", group: "", path: "/x" };
const down = failure("kubernetes.unreachable", { server, why: "nothing listens there" });
const untrusted = failure("kubernetes.untrusted", { server, kubeconfig: "/k", why: "no CA" });
const unknown = failure("kubernetes.unauthorized", { server, kubeconfig: "/k", as: "nobody" });
const forbidden = failure("kubernetes.forbidden", { server, request });

/** What a client gets on its first turn where these servers fail so; which it asked, and how. */
const asked = async (
  faults: Readonly<Record<string, Error>>,
): Promise<{ readonly why: string | undefined; readonly servers: ReadonlySet<string> }> => {
  const servers = new Set<string>();
  const kubernetes = {
    open: async ({ server: at, reuse, trust }: KubernetesTarget) => {
      assert.equal(reuse, false);
      assert.equal(trust, undefined, "it trusts what the kubeconfig trusts, as others do");
      return {
        get: async () => {
          servers.add(at!.host);
          const fault = faults[at!.host];
          if (fault !== undefined) throw fault;
        },
        close: () => undefined,
      };
    },
  } as unknown as RotationPorts["kubernetes"];
  const { ask } = apiClient({ kubernetes, ...time() }, cluster);
  return { why: (await ask(0))?.why, servers };
};

test("a client of the API goes on to another server where one is away", async () => {
  assert.deepEqual(await asked({ a: down }), { why: undefined, servers: new Set(["a", "b"]) });
  const { why } = await asked({ a: down, b: down });
  assert.match(why!, /^kube-apiserver of [ab]: .*nothing listens there$/);
});

test("a server that is not trusted, or does not know us, is a failure whatever others do", async () => {
  for (const fault of [untrusted, unknown]) {
    const { why, servers } = await asked({ a: fault });
    assert.match(why!, /^kube-apiserver of a: /);
    assert.deepEqual(servers, new Set(["a"]));
  }
});

test("who may not read it was answered all the same", async () => {
  assert.equal((await asked({ a: forbidden })).why, undefined);
});

test("witnesses count what they asked, what failed, and the longest time without an answer", async () => {
  const { clock, timer } = time();
  const enough = Promise.withResolvers<void>();
  /** Answered but for the third and the fourth time, which take a second each. */
  const ask: Ask = async (turn) => {
    if (turn === 6) enough.resolve();
    if (turn !== 2 && turn !== 3) return undefined;
    await timer.sleep(1000);
    return { why: "away", refused: turn === 3 };
  };
  const silent: Ask = () => new Promise((resolve) => setImmediate(resolve, undefined));
  const witness = together([startWitness({ clock, timer }, "etcd", ask)]);
  await enough.promise;
  const { requests, failed, longestGapMs, failures, outages } = await witness.stop();
  assert.ok(requests >= 7);
  assert.equal(failed, 2);
  assert.equal(longestGapMs, 2600);
  assert.deepEqual(
    failures.map(({ why }) => why),
    ["away", "away"],
  );
  assert.deepEqual(outages, [
    { group: "etcd", from: 200, until: 2800, failed: 2, refused: true, why: "away" },
  ]);
  const silents = ["a", "b"].map((group) => startWitness(time(), group, silent));
  const both = await together(silents).stop();
  assert.deepEqual([both.requests, both.failed], [2, 0]);
});
