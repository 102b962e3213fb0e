import assert from "node:assert/strict";
import { test } from "node:test";
import type { Claim, Content } from "../../../src/core/model/claim.ts";
import type { Effect } from "../../../src/core/model/plan.ts";
import { memberConsumer, memberSlot } from "../../../src/engine/rotation/layout.ts";
import { probedVersions, slots, type EtcdSlot } from "../../../src/programs/etcd/slots.ts";
import { recipeOf } from "../../../tools/components/cache.ts";
import { recipes } from "../../../tools/components/recipes.ts";
import { etcdPrograms, etcdVersionOf, inWorkbench, succeeded } from "../etcd-workbench.ts";
import { openBenchWorld } from "../gather/bench-world.ts";

const components = ["etcd", "etcd-debian"] as const;

/** So often and so long a running member is asked before it counts as not having read a file again: 3 s. */
const looks = 30;
const pause = 100;

test("the versions that the table calls probed are those of the programs that there are", () => {
  const etcds = recipes.filter(({ provides }) => provides.includes("etcd"));
  assert.deepEqual([...probedVersions].toSorted(), etcds.map(etcdVersionOf).toSorted());
});

for (const component of components) {
  const version = etcdVersionOf(recipeOf(component));
  test(`etcd ${version} reads each slot when the table says`, async (t) => {
    const programs = etcdPrograms(t, component);
    if (programs === undefined) return;
    await inWorkbench(t, programs, "", async (bench) => {
      succeeded(await bench.certwright("etcd", "init", "--in-place"));
      await bench.start();
      const { cluster } = bench;
      const member = cluster.members[0]!;
      const consumer = memberConsumer(member);
      const world = openBenchWorld(bench.path("certwright-pki"), "a passphrase for tests", cluster);
      const done = async (effect: Effect): Promise<void> => {
        const performed = await world.perform(effect);
        assert.equal(performed.kind, "done", JSON.stringify(performed));
      };
      const issuerOf = (slot: EtcdSlot["id"]): string =>
        ({
          server: cluster.issuers.server,
          peer: cluster.issuers.peer,
          "client-trust": cluster.issuers.client,
          "peer-trust": cluster.issuers.peer,
        })[slot];
      const isTrust = (slot: EtcdSlot["id"]): boolean => slot.endsWith("trust");
      /** What is so once the member has read the slot's new content. */
      const readAgain = (slot: EtcdSlot["id"]): Claim =>
        isTrust(slot)
          ? {
              kind: "accepts",
              slot: memberSlot(member, slot),
              issuer: issuerOf(slot),
              generation: 2,
            }
          : { kind: "presents", slot: memberSlot(member, slot), generation: 2 };
      const write = (slots_: readonly EtcdSlot["id"][], at = member): Promise<void> =>
        done({
          kind: "slots.write",
          consumer: memberConsumer(at),
          during: "running",
          writes: slots_.map((slot) => {
            const issuer = issuerOf(slot);
            const content: Content = isTrust(slot)
              ? { kind: "bundle", issuer, generations: [1, 2], others: [] }
              : { kind: "leaf", issuer, generation: 2, key: "same" };
            const before: Content = isTrust(slot)
              ? { kind: "bundle", issuer, generations: [1], others: [] }
              : { kind: "leaf", issuer, generation: 1, key: "same" };
            return {
              slot: memberSlot(at, slot),
              content,
              expect: [{ kind: "content", content: before }],
            };
          }),
        });
      const healthy: Claim = { kind: "healthy", group: `etcd/${cluster.name}` };
      try {
        for (const issuer of new Set(slots.map(({ id }) => issuerOf(id)))) {
          await done({ kind: "generation.create", issuer, number: 2 });
        }
        const atStart = slots.filter(({ reload }) => reload === "start").map(({ id }) => id);
        const atHandshake = slots.filter(({ reload }) => reload === "handshake");
        assert.deepEqual(atStart, ["client-trust", "peer-trust"]);

        await bench.step("what it reads at its start only stays as it was", async () => {
          await write(atStart);
          for (let i = 0; i < looks; i += 1) {
            for (const slot of atStart) {
              const proof = await world.see(readAgain(slot));
              assert.equal(proof.verdict, "fails", `${slot}: ${proof.evidence}`);
            }
            await world.ports.timer.sleep(pause);
          }
        });

        await bench.step("a restart reads it", async () => {
          await done({ kind: "consumer.restart", consumer });
          for (const slot of atStart) {
            const proof = await world.await(readAgain(slot));
            assert.equal(proof.verdict, "holds", `${slot}: ${proof.evidence}`);
          }
          const old = await world.await({
            kind: "accepts",
            slot: memberSlot(member, "client-trust"),
            issuer: cluster.issuers.client,
            generation: 1,
          });
          assert.equal(old.verdict, "holds", old.evidence);
        });

        await bench.step("what it reads at each handshake is shown without a restart", async () => {
          const process = (await world.gather()).inventory.consumers[0]!.process;
          for (const { id } of atHandshake) {
            // Until every member trusts the new generation of peers, its certificate stays as it was.
            if (id === "peer") continue;
            await write([id]);
            const proof = await world.await(readAgain(id));
            assert.equal(proof.verdict, "holds", `${id}: ${proof.evidence}`);
          }
          for (const other of cluster.members.slice(1)) {
            await write(["peer-trust"], other);
            await done({ kind: "consumer.restart", consumer: memberConsumer(other) });
            const proof = await world.await(healthy);
            assert.equal(proof.verdict, "holds", proof.evidence);
          }
          await write(["peer"]);
          const proof = await world.await(readAgain("peer"));
          assert.equal(proof.verdict, "holds", proof.evidence);
          assert.deepEqual(
            (await world.gather()).inventory.consumers[0]!.process?.pid,
            process?.pid,
          );
        });

        await bench.step("as a client of other members it shows the new one, too", async () => {
          // One that trusts the new generation alone lets it in only with a leaf of that.
          const other = cluster.members[1]!;
          const issuer = cluster.issuers.peer;
          for (const at of cluster.members) if (at !== member) await write(["peer"], at);
          await done({
            kind: "slots.write",
            consumer: memberConsumer(other),
            during: "running",
            writes: [
              {
                slot: memberSlot(other, "peer-trust"),
                content: { kind: "bundle", issuer, generations: [2], others: [] },
                expect: [
                  {
                    kind: "content",
                    content: { kind: "bundle", issuer, generations: [1, 2], others: [] },
                  },
                ],
              },
            ],
          });
          await done({ kind: "consumer.restart", consumer: memberConsumer(other) });
          const refuses = await world.await({
            kind: "refuses",
            slot: memberSlot(other, "peer-trust"),
            issuer,
            generation: 1,
          });
          assert.equal(refuses.verdict, "holds", refuses.evidence);
          const proof = await world.await(healthy);
          assert.equal(proof.verdict, "holds", proof.evidence);
        });
      } finally {
        await world.close();
      }
    });
  });
}
