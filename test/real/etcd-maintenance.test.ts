import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test, type TestContext } from "node:test";

import { grpcEtcd } from "../../src/adapters/etcd/grpc-etcd.ts";
import { prefixRange } from "../../src/core/estate/key-range.ts";
import { clientTarget } from "../../src/engine/etcd/connect.ts";
import type { EtcdAnswer, EtcdConnection } from "../../src/ports/etcd.ts";
import {
  appAndReader,
  etcdPrograms,
  inWorkbench,
  succeeded,
  type Workbench,
} from "./etcd-workbench.ts";

const valueOf = <T>(answer: EtcdAnswer<T>): T => {
  assert.ok(answer.ok, answer.ok ? "" : `${answer.message} (${answer.code})`);
  return answer.value;
};

const connected = async (bench: Workbench, member: number, user: string): Promise<EtcdConnection> =>
  await grpcEtcd.connect(
    clientTarget(bench.cluster.members[member]!),
    {
      ca: bench.read("clients/root/server-ca.crt"),
      certificate: bench.read("clients", user, "client.crt"),
      key: bench.read("clients", user, "client.key"),
    },
    20_000,
  );

const story = async (t: TestContext, component: "etcd" | "etcd-debian"): Promise<void> => {
  const programs = etcdPrograms(t, component);
  if (programs === undefined) return;
  await inWorkbench(t, programs, appAndReader, async (bench) => {
    succeeded(await bench.certwright("etcd", "init", "--in-place"));
    await bench.start();
    succeeded(await bench.certwright("etcd", "users", "--yes"));
    for (const i of [1, 2, 3]) succeeded(await bench.etcdctl("app", "put", `/app/${i}`, "x"));
    const roots = await Promise.all([0, 1, 2].map((i) => connected(bench, i, "root")));
    const app = await connected(bench, 0, "app");
    try {
      await bench.step(
        "the data's hash is the same at every member, and only root may ask",
        async () => {
          const { revision } = valueOf(await roots[0]!.status());
          const hashes = await Promise.all(roots.map((root) => root.hashKv(revision)));
          assert.equal(new Set(hashes.map((one) => valueOf(one).hash)).size, 1);
          const refused = await app.hashKv(0n);
          assert.ok(!refused.ok);
          // 3.4 forgets the status: UNKNOWN, "auth: permission denied".
          assert.match(refused.message, /permission denied/);
          assert.equal(valueOf(await roots[0]!.count(prefixRange(""), revision)), 3n);
          assert.equal(valueOf(await roots[0]!.count(prefixRange(""), revision - 1n)), 2n);
        },
      );

      await bench.step("a snapshot arrives whole, with etcd's checksum behind it", async () => {
        const pieces: Uint8Array[] = [];
        const { bytes, sha256 } = valueOf(
          await roots[1]!.snapshot(async (piece) => void pieces.push(Uint8Array.from(piece))),
        );
        const all = Buffer.concat(pieces);
        assert.equal(all.length, bytes);
        assert.equal(all.length % 512, 32);
        assert.equal(createHash("sha256").update(all.subarray(0, -32)).digest("hex"), sha256);
        assert.equal(all.subarray(-32).toString("hex"), sha256);
      });

      await bench.step("who is not root gets no snapshot, and a sink's error ends it", async () => {
        const refused = await app.snapshot(async () => undefined);
        assert.ok(!refused.ok);
        // 3.4 forgets the status: UNKNOWN, "auth: permission denied".
        assert.match(refused.message, /permission denied/);
        await assert.rejects(
          roots[0]!.snapshot(() => Promise.reject(new Error("full"))),
          /full/,
        );
      });

      await bench.step("only the leader hands over, and the others say so", async () => {
        const states = await Promise.all(roots.map(async (root) => valueOf(await root.status())));
        const leader = states.findIndex(({ memberId, leaderId }) => memberId === leaderId);
        const next = (leader + 1) % 3;
        const target = states[next]!.memberId;
        const refused = await roots[next]!.moveLeader(target);
        assert.ok(!refused.ok);
        assert.equal(refused.code, "FAILED_PRECONDITION");
        valueOf(await roots[leader]!.moveLeader(target));
        assert.equal(valueOf(await roots[leader]!.status()).leaderId, target);
      });
    } finally {
      for (const one of [...roots, app]) one.close();
    }
  });
};

test("etcd 3.6 gives hashes and snapshots and moves its leader", (t) => story(t, "etcd"));
test("Debian's etcd 3.4 gives hashes and snapshots and moves its leader", (t) =>
  story(t, "etcd-debian"));
