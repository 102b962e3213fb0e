import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConsumerId } from "../../../core/model/inventory.ts";
import type { EstateNode } from "../../../core/model/estate.ts";
import type { PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { leadershipOf } from "./leadership.ts";

const now = Date.parse("2026-11-23T08:01:00Z");

const member = (name: string): PlacedConsumer =>
  ({
    id: `${name}/kube-scheduler` as ConsumerId,
    program: "kube-scheduler",
    node: { name } as EstateNode,
  }) as PlacedConsumer;

/** A cluster with this lease, whose hosts are called as their nodes but for the prefix. */
const seen = async (
  spec: object | undefined,
  options: { readonly startedAt?: number; readonly prefix?: string; readonly skew?: number } = {},
): Promise<string> => {
  const { startedAt = 0, prefix = "", skew = 0 } = options;
  const look = {
    at: { ports: { clock: { now: () => now } } },
    get: async (path: string) => {
      assert.equal(
        path,
        "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler",
      );
      return { ok: true, value: spec && { metadata: { name: "x" }, spec } };
    },
    process: async () => ({ ok: true, value: { pid: 1, startedAt, command: [] } }),
    skew: async () => ({ ok: true, value: skew }),
    hostname: async (node: EstateNode) => ({ ok: true, value: `${prefix}${node.name}` }),
  } as unknown as Look;
  const { leader, fault } = await leadershipOf(look, [member("m1"), member("m2")]);
  return `${leader ?? "nobody"}${fault === undefined ? "" : `: ${fault}`}`;
};

const held = {
  holderIdentity: "m2_0f-1",
  leaseDurationSeconds: 15,
  acquireTime: "2026-11-23T08:00:00Z",
  renewTime: "2026-11-23T08:00:58Z",
};

test("who holds the lease leads, by the host's name or the node's", async () => {
  assert.equal(await seen(held), "m2/kube-scheduler");
  const elsewhere = { ...held, holderIdentity: "ip-m1_0f-1" };
  assert.equal(await seen(elsewhere, { prefix: "ip-" }), "m1/kube-scheduler");
});

test("a lease of nobody, of a stranger, of former times or of a former process is a fault", async () => {
  assert.match(await seen(undefined), /^nobody: .* nobody holds it$/);
  assert.match(await seen({ ...held, holderIdentity: "x_1" }), /x, which is no node/);
  const renewTime = "2026-11-23T08:00:40Z";
  assert.match(await seen({ ...held, renewTime }), /renewed last 20 s ago/);
  assert.match(await seen(held, { startedAt: now - 10_000 }), /the process before/);
  assert.equal(
    await seen({ ...held, renewTime }, { skew: -10_000 }),
    "m2/kube-scheduler",
    "its node's clock is behind ours",
  );
});

test("who has only just taken the lease may end of what it begins with", async () => {
  assert.match(await seen({ ...held, acquireTime: held.renewTime }), /only just taken/);
});
