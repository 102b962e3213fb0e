import assert from "node:assert/strict";
import { test } from "node:test";
import type { EstateNode } from "../../../core/model/estate.ts";
import type { PlacedConsumer } from "../layout.ts";
import { untilServed } from "./api-service.ts";
import type { Hands } from "./hands.ts";

const server = (node: string): PlacedConsumer =>
  ({
    id: `${node}/kube-apiserver`,
    group: "kube-apiserver",
    kubernetes: { kind: "kube-apiserver" },
  }) as unknown as PlacedConsumer;

interface Scene {
  readonly servers?: readonly PlacedConsumer[];
  /** Seconds after the restart from which on the Service leads on from there; absent: never, not before it either. */
  readonly back: Readonly<Record<string, number>>;
}

/** Restarts m1's API server; gives what was told, how often nodes were asked, and the second in which it was over. */
const restarted = async ({ servers = [server("m1")], back }: Scene) => {
  const state = { now: 0, restartedAt: Infinity, asked: 0 };
  const told: string[] = [];
  const nodes = Object.keys(back).map((name) => ({ name }) as EstateNode);
  const leads = (name: string): boolean => {
    state.asked += 1;
    const after = back[name];
    if (after === undefined || after === Infinity) return false;
    return state.now < state.restartedAt || state.now >= state.restartedAt + after * 1000;
  };
  const hands = {
    at: {
      layout: {
        consumers: new Map(servers.map((one) => [one.id, one])),
        kubernetes: { controlPlane: nodes.slice(0, 1), workers: nodes.slice(1) },
      },
      ports: {
        clock: { now: () => state.now },
        timer: { sleep: async (span: number) => void (state.now += span) },
        tls: { served: async () => [] },
      },
      apis: {
        open: async () => ({
          get: async () => ({ spec: { clusterIP: "10.96.0.1", ports: [{ port: 443 }] } }),
        }),
      },
      inTurn: (work: () => Promise<unknown>) => work(),
      sessions: {
        use: async ({ name }: EstateNode, work: (session: unknown) => Promise<unknown>) =>
          work({
            dial: async (host: string, port: number) => {
              assert.deepEqual([host, port], ["10.96.0.1", 443]);
              if (!leads(name)) throw new Error("Connection refused");
              return { stream: name };
            },
          }),
      },
    },
    meanwhile: { tell: (words: string) => void told.push(words) },
  } as unknown as Hands;
  await untilServed(hands, server("m1"), async () => {
    state.restartedAt = state.now;
  });
  return { told, asked: state.asked, seconds: state.now / 1000 };
};

test("after the only API server's restart each node's Services lead to it again before anything else is done", async () => {
  const { told, seconds } = await restarted({ back: { m1: 2, w1: 40 } });
  assert.equal(seconds, 40);
  assert.match(
    told[0] ?? "",
    /^pods on m1, w1 do not reach the API by its Service \(10\.96\.0\.1\)/,
  );
  assert.match(told.at(-1) ?? "", /^pods on w1 do not/);
});

test("a node from which the Service never led on is not waited for, and nobody waits for ever", async () => {
  assert.equal((await restarted({ back: { m1: 3, w1: Infinity } })).seconds, 3);
  assert.equal((await restarted({ back: { m1: 3, w1: 1_000_000 } })).seconds, 120);
});

test("where other API servers answer nothing is asked and nobody waits", async () => {
  const servers = [server("m1"), server("m2")];
  const { asked, seconds } = await restarted({ servers, back: { m1: 5, m2: 5 } });
  assert.deepEqual([asked, seconds], [0, 0]);
});
