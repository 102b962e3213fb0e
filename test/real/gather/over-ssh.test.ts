import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { grpcEtcd } from "../../../src/adapters/etcd/grpc-etcd.ts";
import type { Etcd } from "../../../src/ports/etcd.ts";
import type { EtcdCluster } from "../../../src/core/model/estate.ts";
import { memberConsumer, memberSlot } from "../../../src/engine/rotation/layout.ts";
import { etcdPrograms } from "../etcd-workbench.ts";
import { startEtcdOnHosts } from "../hosts/etcd.ts";
import { canHaveHosts } from "../hosts/hosts.ts";
import { openBenchWorld } from "./bench-world.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-gather-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("members on three hosts are gathered and changed by ssh, each from its own vantage", async (t) => {
  const programs = etcdPrograms(t, "etcd");
  if (programs === undefined || !canHaveHosts(t)) return;
  await using etcd = await startEtcdOnHosts({ programs, folder });
  const { cluster } = etcd;
  const world = openBenchWorld(join(folder, "certwright-pki"), "a passphrase for tests", cluster);
  try {
    await t.test("gathered as on this machine", async () => {
      const started = performance.now();
      const { inventory, findings } = await world.gather();
      t.diagnostic(`gathered in ${Math.round(performance.now() - started)} ms`);
      assert.deepEqual(findings, []);
      assert.deepEqual(
        inventory.blind.map(({ id }) => id),
        ["clients-outside"],
      );
      for (const { name, access, reachable } of inventory.nodes) {
        assert.deepEqual({ access, reachable }, { access: "ssh", reachable: true }, name);
      }
      for (const { id, process, healthy } of inventory.consumers.slice(0, 3)) {
        assert.ok(process !== undefined && healthy === true, id);
      }
      for (const slot of inventory.slots) {
        if (slot.port === undefined || slot.role === "trusts") continue;
        assert.deepEqual(slot.serves, slot.holds?.certificates, slot.id);
      }
    });

    await t.test(
      "trust that was written is proved by handshakes on the node, after its restart",
      async () => {
        const member = cluster.members[1]!;
        const consumer = memberConsumer(member);
        const slot = memberSlot(member, "peer-trust");
        const issuer = cluster.issuers.peer;
        const bundle = (...generations: number[]) =>
          ({ kind: "bundle", issuer, generations, others: [] }) as const;
        const done = async (effect: Parameters<typeof world.perform>[0]): Promise<void> => {
          const performed = await world.perform(effect);
          assert.equal(performed.kind, "done", JSON.stringify(performed));
        };
        await done({ kind: "generation.create", issuer, number: 2 });
        const write = {
          kind: "slots.write",
          consumer,
          during: "running",
          writes: [
            {
              slot,
              content: bundle(1, 2),
              expect: [{ kind: "content", content: bundle(1) }],
            },
          ],
        } as const;
        await done(write);
        await done(write);
        const accepts = { kind: "accepts", slot, issuer, generation: 2 } as const;
        assert.equal((await world.see({ kind: "restarted", consumer })).verdict, "fails");
        assert.equal((await world.see(accepts)).verdict, "fails");
        await done({ kind: "consumer.restart", consumer });
        const proof = await world.await(accepts);
        assert.equal(proof.verdict, "holds", proof.evidence);
        assert.equal(proof.observer, member.node.name);
        const restarted = await world.see({ kind: "restarted", consumer });
        assert.equal(restarted.verdict, "holds", restarted.evidence);
      },
    );

    await t.test(
      "a member that runs and that only this machine cannot reach is told as that",
      async () => {
        const second = cluster.members[1]!.node.addresses[0]!.value;
        const dropped: Etcd = {
          connect: (endpoint, credentials, deadline) =>
            grpcEtcd.connect(
              endpoint.host === second ? { ...endpoint, port: 1 } : endpoint,
              credentials,
              deadline,
            ),
        };
        const { findings } = await world.gather(cluster, { etcd: dropped });
        assert.equal(findings.length, 1);
        assert.match(
          findings[0]!.text,
          /^etcd-2 runs, and does not answer this machine as root at /,
        );
      },
    );

    await t.test(
      "a node that is away, one whose key is another's and one without sudo are named with their cures",
      async () => {
        const [first, second, third] = cluster.members;
        const { access } = second!.node;
        assert.ok(access.kind === "ssh");
        const reachedBy = (change: Partial<typeof access>): EtcdCluster => ({
          ...cluster,
          members: [
            first!,
            { ...second!, node: { ...second!.node, access: { ...access, ...change } } },
            third!,
          ],
        });
        const seen = async (estate: EtcdCluster) => {
          const { inventory, findings } = await world.gather(estate);
          assert.deepEqual(
            inventory.nodes.map(({ reachable }) => reachable),
            [true, false, true],
          );
          const { name } = second!.node;
          assert.ok(inventory.blind.some(({ id }) => id === `node:${name}`));
          const all = findings.filter(({ rule }) => rule === "node-unreachable");
          assert.deepEqual(
            all.map(({ subject }) => subject),
            [name],
          );
          return `${all[0]!.evidence.join("; ")} / ${all[0]!.cure}`;
        };
        assert.match(await seen(reachedBy({ destination: "nowhere.invalid" })), /nowhere\.invalid/);
        assert.match(await seen(reachedBy({ user: "operator", sudo: true })), /sudo/);
        etcd.hosts.hosts[1]!.changeHostKey();
        etcd.hosts.hosts[1]!.killConnections();
        assert.match(await seen(cluster), /host key.*ssh-keygen/s);
      },
    );
  } finally {
    await world.close();
  }
});
