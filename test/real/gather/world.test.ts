import assert from "node:assert/strict";
import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
  existsSync,
} from "node:fs";
import { test } from "node:test";
import type { Claim, Content, Proof } from "../../../src/core/model/claim.ts";
import type { ConsumerId, EdgeId, SlotId } from "../../../src/core/model/inventory.ts";
import type { Effect, Expected } from "../../../src/core/model/plan.ts";
import { memberPaths } from "../../../src/engine/etcd/layout.ts";
import type { RunBackup } from "../../../src/engine/rotation/run-backup.ts";
import type { EtcdCluster, EtcdMember } from "../../../src/core/model/estate.ts";
import { etcdPrograms, inWorkbench, succeeded } from "../etcd-workbench.ts";
import { openBenchWorld, type BenchWorld } from "./bench-world.ts";

const passphrase = "a passphrase for tests";
const slot = (id: string): SlotId => id as SlotId;
const consumer = (id: string): ConsumerId => id as ConsumerId;
const edge = (id: string): EdgeId => id as EdgeId;

const asserting = (world: BenchWorld) => ({
  /** The claim has that verdict now, or comes to it. */
  is: async (verdict: Proof["verdict"], claim: Claim, evidence = /./): Promise<void> => {
    const proof = await world.await(claim, verdict);
    assert.equal(proof.verdict, verdict, `${JSON.stringify(claim)}: ${proof.evidence}`);
    assert.match(proof.evidence, evidence);
    assert.doesNotMatch(proof.evidence, /PRIVATE KEY/);
  },
  done: async (effect: Effect): Promise<void> => {
    const performed = await world.perform(effect);
    assert.equal(performed.kind, "done", JSON.stringify(performed));
  },
  refused: async (effect: Effect, code: string): Promise<void> => {
    const performed = await world.perform(effect);
    assert.equal(performed.kind, "refused", JSON.stringify(performed));
    assert.ok(
      performed.kind === "refused" && performed.failure.code === code,
      JSON.stringify(performed),
    );
  },
});

const write = (
  of: string,
  writes: readonly (readonly [slot: string, content: Content, ...expect: Expected[]])[],
  during: "running" | "stopped" = "running",
): Effect => ({
  kind: "slots.write",
  consumer: consumer(of),
  during,
  writes: writes.map(([id, content, ...expect]) => ({ slot: slot(id), content, expect })),
});

const holding = (content: Content): Expected => ({ kind: "content", content });

test("each claim is told true and false of a real cluster, and each effect is once, however often it is sent", async (t) => {
  const programs = etcdPrograms(t, "etcd");
  if (programs === undefined) return;
  await inWorkbench(t, programs, "", async (bench) => {
    succeeded(await bench.certwright("etcd", "init", "--in-place"));
    const running = await bench.start();
    succeeded(await bench.certwright("etcd", "users", "--yes"));
    const { cluster } = bench;
    const { peer, server, client } = cluster.issuers;
    const first = cluster.members[0]!;
    const paths = memberPaths(first);
    const group = `etcd/${cluster.name}`;
    const kept = new Map<string, Buffer>();
    let backedUp = false;
    const backup: RunBackup = {
      verify: async () => ({ verdict: backedUp ? "holds" : "fails", evidence: "a copy in memory" }),
      create: async () => {
        backedUp = true;
        for (const path of [paths.clientTrust, paths.peerTrust]) kept.set(path, readFileSync(path));
      },
      before: async ({ place: { path } }) => [{ path, bytes: kept.get(path)! }],
      beforeFields: async () => [],
      differs: async ({ place: { path } }, found) =>
        kept.get(path)?.equals(found.file!.bytes) === true ? undefined : "it differs",
    };
    const world = openBenchWorld(bench.path("certwright-pki"), passphrase, cluster, backup);
    const { is, done, refused } = asserting(world);
    const bundle = (issuer: string, ...generations: number[]): Content => ({
      kind: "bundle",
      issuer,
      generations,
      others: [],
    });
    const leaf = (issuer: string, generation: number, key: "same" | "new" = "same"): Content => ({
      kind: "leaf",
      issuer,
      generation,
      key,
    });
    const restart = async (name: string): Promise<void> => {
      await done({ kind: "consumer.restart", consumer: consumer(name) });
      await is("holds", { kind: "healthy", group });
    };
    const members = cluster.members.map(({ name }) => `${name}/etcd`);
    try {
      await bench.step("backup", async () => {
        await is("fails", { kind: "backup" });
        await done({ kind: "backup.create", slots: [], groups: [group] });
        await is("holds", { kind: "backup" });
      });

      await bench.step("generation: made once, moved, cross-signed", async () => {
        const two = { kind: "generation", issuer: peer, number: 2 } as const;
        await is("fails", { ...two, stage: "staged" }, /does not exist/);
        for (const issuer of [peer, server, client]) {
          await done({ kind: "generation.create", issuer, number: 2 });
          await done({ kind: "generation.create", issuer, number: 2 });
        }
        assert.equal((await world.ports.authority.issuer(peer)).generations.length, 2);
        await is("holds", { ...two, stage: "staged" });
        await is("holds", { ...two, stage: "staged", exactly: true });
        await is("fails", { ...two, stage: "trusted" });
        await is("fails", { ...two, stage: "staged", crossSignedBy: 1 });
        const sign = { kind: "generation.cross-sign", issuer: peer, number: 2, by: 1 } as const;
        await done(sign);
        await done(sign);
        await is("holds", { ...two, stage: "staged", crossSignedBy: 1 });
        for (let i = 0; i < 2; i += 1) {
          await done({ kind: "generation.stage", issuer: peer, number: 2, stage: "trusted" });
        }
        await is("holds", { ...two, stage: "trusted" });
        await is("holds", { ...two, stage: "staged" });
        await is("fails", { ...two, stage: "staged", exactly: true });
      });

      await bench.step("holds: a bundle, compared before it is written", async () => {
        const id = "etcd-1/etcd/client-trust";
        const old = bundle(client, 1);
        const both = bundle(client, 1, 2);
        await is("holds", { kind: "holds", slot: slot(id), content: old });
        await is("fails", { kind: "holds", slot: slot(id), content: both });
        await is("holds", { kind: "holds", slot: slot(id), content: { kind: "before" } });
        const { mode } = statSync(paths.clientTrust);
        const before = readFileSync(paths.clientTrust);
        await refused(
          write("etcd-1/etcd", [[id, both, holding(bundle(client, 2))]]),
          "rotation.drift",
        );
        assert.deepEqual(readFileSync(paths.clientTrust), before, "a refusal writes nothing");
        await refused(
          write("etcd-1/etcd", [
            ["etcd-1/etcd/peer-trust", bundle(peer, 1, 2), holding(bundle(peer, 1))],
            [id, both, { kind: "absent" }],
          ]),
          "rotation.drift",
        );
        await is("holds", {
          kind: "holds",
          slot: slot("etcd-1/etcd/peer-trust"),
          content: bundle(peer, 1),
        });
        const step = write("etcd-1/etcd", [
          [id, both, holding(old)],
          ["etcd-1/etcd/peer-trust", bundle(peer, 1, 2), holding(bundle(peer, 1))],
        ]);
        await done(step);
        const written = statSync(paths.clientTrust);
        assert.equal(written.mode, mode);
        await done(step);
        assert.equal(
          statSync(paths.clientTrust).ino,
          written.ino,
          "what is there is not written again",
        );
        await is("holds", { kind: "holds", slot: slot(id), content: both });
        await is("fails", { kind: "holds", slot: slot(id), content: { kind: "before" } });
      });

      await bench.step("restarted, accepts and refuses: memory, not files", async () => {
        const two = { slot: slot("etcd-1/etcd/peer-trust"), issuer: peer, generation: 2 };
        await is("fails", { kind: "restarted", consumer: consumer("etcd-1/etcd") });
        await is("fails", { kind: "accepts", ...two }, /turned away/);
        await is("holds", { kind: "refuses", ...two });
        await restart("etcd-1/etcd");
        await is("holds", { kind: "restarted", consumer: consumer("etcd-1/etcd") });
        await is("holds", { kind: "accepts", ...two }, /let in/);
        await is("fails", { kind: "refuses", ...two });
        await is("holds", { kind: "restarted", consumer: consumer("client/root") });
        // A change after the start, however small: touched with the bytes it has.
        const now = new Date(Date.now() + 1000);
        utimesSync(paths.peerTrust, now, now);
        await is("fails", { kind: "restarted", consumer: consumer("etcd-1/etcd") });
        await world.ports.timer.sleep(1500);
        await restart("etcd-1/etcd");
      });

      await bench.step("before: byte for byte as it was", async () => {
        const id = "etcd-1/etcd/client-trust";
        const back = write("etcd-1/etcd", [
          [id, { kind: "before" }, holding(bundle(client, 1, 2))],
        ]);
        await done(back);
        await done(back);
        assert.deepEqual(readFileSync(paths.clientTrust), kept.get(paths.clientTrust));
        await done(write("etcd-1/etcd", [[id, bundle(client, 1, 2), holding({ kind: "before" })]]));
      });

      await bench.step(
        "verifies: what a client trusts, and what a member has in memory",
        async () => {
          const toFirst: Claim = { kind: "verifies", edge: edge("client/root>etcd-1/etcd") };
          await is("holds", toFirst);
          // The client's new leaf comes too early for members that were not restarted with the new bundle.
          await done(
            write("client/root", [
              ["client/root/certificate", leaf(client, 2), holding(leaf(client, 1))],
            ]),
          );
          await is(
            "fails",
            { kind: "verifies", edge: edge("client/root>etcd-2/etcd") },
            /etcd-2\/etcd does not verify client\/root/,
          );
          await done(
            write("client/root", [
              ["client/root/certificate", leaf(client, 1), holding(leaf(client, 2))],
            ]),
          );
          await is("holds", { kind: "verifies", edge: edge("client/root>etcd-2/etcd") });
          // And a bundle that lacks what the member shows.
          await done(
            write("client/root", [
              ["client/root/trust", bundle(server, 2), holding(bundle(server, 1))],
            ]),
          );
          await is("fails", toFirst, /client\/root does not verify etcd-1\/etcd/);
          await is("fails", {
            kind: "accepts",
            slot: slot("client/root/trust"),
            issuer: server,
            generation: 1,
          });
          await is("holds", {
            kind: "refuses",
            slot: slot("client/root/trust"),
            issuer: server,
            generation: 1,
          });
          await done(
            write("client/root", [
              ["client/root/trust", bundle(server, 1, 2), holding(bundle(server, 2))],
            ]),
          );
          await is("holds", toFirst);
          await is("holds", {
            kind: "accepts",
            slot: slot("client/root/trust"),
            issuer: server,
            generation: 1,
          });
          await is("holds", { kind: "verifies", edge: edge("etcd-1/etcd>etcd-2/etcd:peer") });
        },
      );

      await bench.step(
        "presents: a new leaf with the same key, hot, and with a new one, stopped",
        async () => {
          const id = slot("etcd-1/etcd/server");
          const shown = (generation: number): Claim => ({ kind: "presents", slot: id, generation });
          await is("holds", shown(1));
          await is("fails", shown(2));
          const key = readFileSync(paths.serverKey);
          const step = write("etcd-1/etcd", [[id, leaf(server, 2), holding(leaf(server, 1))]]);
          await done(step);
          await is("holds", shown(2));
          await is("fails", shown(1));
          assert.deepEqual(readFileSync(paths.serverKey), key);
          const certificate = readFileSync(paths.serverCertificate);
          await done(step);
          assert.deepEqual(readFileSync(paths.serverCertificate), certificate, "not signed again");
          const { pid } = running.members[0]!;
          await done(
            write(
              "etcd-1/etcd",
              [[id, leaf(server, 1, "new"), holding(leaf(server, 2))]],
              "stopped",
            ),
          );
          assert.notDeepEqual(readFileSync(paths.serverKey), key);
          assert.equal(statSync(paths.serverKey).mode & 0o777, 0o600);
          assert.notEqual(running.members[0]!.pid, pid, "it was stopped for that");
          await is("holds", { kind: "healthy", group });
          await is("holds", shown(1));
          await is("holds", { kind: "holds", slot: id, content: leaf(server, 1) });
          // A key beside its certificate that is not its own is no leaf that is held.
          const good = readFileSync(paths.serverKey);
          writeFileSync(paths.serverKey, key);
          await is("fails", { kind: "holds", slot: id, content: leaf(server, 1) }, /key/);
          writeFileSync(paths.serverKey, good);
        },
      );

      await bench.step(
        "a port that shows another leaf than the file holds presents none",
        async () => {
          const elsewhere = { ...first, certificateDirectory: bench.path("elsewhere") };
          cpSync(first.certificateDirectory, elsewhere.certificateDirectory, { recursive: true });
          const other = openBenchWorld(bench.path("certwright-pki"), passphrase, {
            ...cluster,
            members: [elsewhere, ...cluster.members.slice(1)],
          });
          try {
            const shown = {
              kind: "presents",
              slot: slot("etcd-1/etcd/server"),
              generation: 1,
            } as const;
            assert.equal((await other.see(shown)).verdict, "holds");
            await asserting(other).done(
              write("etcd-1/etcd", [[shown.slot, leaf(server, 2), holding(leaf(server, 1))]]),
            );
            await asserting(other).done(
              write("etcd-1/etcd", [[shown.slot, leaf(server, 1), holding(leaf(server, 2))]]),
            );
            const proof = await other.see(shown);
            assert.equal(proof.verdict, "fails", proof.evidence);
            assert.match(proof.evidence, /shows .* and .* holds/);
          } finally {
            await other.close();
          }
        },
      );

      await bench.step(
        "a cross certificate lets a new leaf in where only the old root is trusted",
        async () => {
          const id = slot("etcd-3/etcd/peer");
          const old = leaf(peer, 1);
          const via: Content = { kind: "leaf", issuer: peer, generation: 2, key: "same", via: 1 };
          const edges = ["etcd-2/etcd>etcd-3/etcd:peer", "etcd-3/etcd>etcd-2/etcd:peer"].map(
            (one): Claim => ({ kind: "verifies", edge: edge(one) }),
          );
          await done(write("etcd-3/etcd", [[id, via, holding(old)]]));
          await is("holds", { kind: "holds", slot: id, content: via });
          await is(
            "fails",
            { kind: "holds", slot: id, content: leaf(peer, 2) },
            /cross certificate/,
          );
          await is("holds", { kind: "presents", slot: id, generation: 2 });
          for (const one of edges) await is("holds", one);
          await done(write("etcd-3/etcd", [[id, leaf(peer, 2), holding(via)]]));
          await is("fails", { kind: "holds", slot: id, content: via }, /chain lacks/);
          for (const one of edges) await is("fails", one);
          await done(write("etcd-3/etcd", [[id, old, holding(leaf(peer, 2))]]));
          for (const one of edges) await is("holds", one);
        },
      );

      await bench.step("leadership, health and data", async () => {
        const follows = (id: string): Claim => ({ kind: "follows", consumer: consumer(id) });
        const leads = async (): Promise<string> => {
          const proofs = await Promise.all(members.map((id) => world.see(follows(id))));
          return members[proofs.findIndex(({ verdict }) => verdict === "fails")]!;
        };
        const leader = await leads();
        await done({ kind: "leadership.move", consumer: consumer(leader) });
        await is("holds", follows(leader), /follows etcd-/);
        await done({ kind: "leadership.move", consumer: consumer(leader) });
        await is("holds", follows(leader));
        await is("holds", { kind: "same-data", group }, /at revision/);
        await is("unknowable", { kind: "healthy", group: "etcd/other" });
        await running.serve("stop", "etcd-3");
        await is("fails", { kind: "healthy", group }, /etcd-3 does not answer/);
        await is("holds", { kind: "healthy", group, besides: consumer("etcd-3/etcd") });
        await is("unknowable", { kind: "same-data", group }, /etcd-3/);
        await is("unknowable", {
          kind: "accepts",
          slot: slot("etcd-3/etcd/peer-trust"),
          issuer: peer,
          generation: 1,
        });
        await is("unknowable", {
          kind: "refuses",
          slot: slot("etcd-3/etcd/peer-trust"),
          issuer: peer,
          generation: 1,
        });
        await is("unknowable", { kind: "presents", slot: slot("etcd-3/etcd/peer"), generation: 1 });
        await is("fails", { kind: "restarted", consumer: consumer("etcd-3/etcd") }, /not running/);
        await running.serve("start", "etcd-3");
        await is("holds", { kind: "healthy", group });
      });

      await bench.step("absent: from every file and every port", async () => {
        await is("fails", { kind: "absent", issuer: server, generation: 1 }, /server/);
        await is("fails", { kind: "absent", issuer: peer, generation: 2 }, /peer-ca\.crt/);
        await done(
          write("etcd-1/etcd", [
            ["etcd-1/etcd/peer-trust", bundle(peer, 1), holding(bundle(peer, 1, 2))],
          ]),
        );
        await is("holds", { kind: "absent", issuer: peer, generation: 2 });
      });

      await bench.step(
        "a static pod's manifest goes and comes back, whoever is killed in between",
        async () => {
          const manifest = bench.path("kubernetes/manifests/etcd.yaml");
          const aside = bench.path("kubernetes/certwright-etcd.yaml");
          mkdirSync(bench.path("kubernetes/manifests"), { recursive: true });
          writeFileSync(manifest, "kind: Pod\n");
          const pod: EtcdMember = { ...first, service: { kind: "static-pod", manifest } };
          const estate: EtcdCluster = { ...cluster, members: [pod, ...cluster.members.slice(1)] };
          const podWorld = openBenchWorld(bench.path("certwright-pki"), passphrase, estate);
          // The kubelet's part: what lies in its folder runs, what does not is ended.
          const watching = new AbortController();
          const kubelet = (async (): Promise<void> => {
            let there = true;
            while (!watching.signal.aborted) {
              const now = existsSync(manifest);
              if (now !== there) await running.serve(now ? "start" : "stop", first.name);
              there = now;
              await world.ports.timer.sleep(100);
            }
          })();
          try {
            const { done: doneByPod } = asserting(podWorld);
            const before = running.members[0]!.pid;
            await doneByPod({ kind: "consumer.restart", consumer: consumer("etcd-1/etcd") });
            assert.notEqual(running.members[0]!.pid, before);
            assert.equal(readFileSync(manifest, "utf8"), "kind: Pod\n");
            assert.equal(existsSync(aside), false);
            await is("holds", { kind: "healthy", group });
            // Killed after the manifest was taken away: the same step brings it back.
            renameSync(manifest, aside);
            await doneByPod({ kind: "consumer.restart", consumer: consumer("etcd-1/etcd") });
            assert.equal(readFileSync(manifest, "utf8"), "kind: Pod\n");
            await is("holds", { kind: "healthy", group });
          } finally {
            watching.abort();
            await kubelet;
            await podWorld.close();
          }
        },
      );

      await bench.step(
        "a client that its service restarts has read what it was started with",
        async () => {
          const estate: EtcdCluster = {
            ...cluster,
            clients: cluster.clients.map((one) => ({
              ...one,
              reload: "start",
              service: { kind: "command", restart: ["true"] },
            })),
          };
          const clients = openBenchWorld(bench.path("certwright-pki"), passphrase, estate);
          const root = consumer("client/root");
          const restarted: Claim = { kind: "restarted", consumer: root };
          const trust = "client/root/trust";
          try {
            const own = asserting(clients);
            assert.equal((await clients.see(restarted)).verdict, "unknowable");
            await own.done({ kind: "consumer.restart", consumer: root });
            await own.is("holds", restarted);
            const both = bundle(server, 1, 2);
            await own.done(write("client/root", [[trust, bundle(server, 1), holding(both)]]));
            assert.equal((await clients.see(restarted)).verdict, "fails");
            await own.done({ kind: "consumer.restart", consumer: root });
            await own.is("holds", restarted);
          } finally {
            await clients.close();
          }
        },
      );

      await bench.step(
        "what the estate does not have is refused, and so is an older engine",
        async () => {
          await refused(
            { kind: "consumer.restart", consumer: consumer("client/root") },
            "rotation.no-service",
          );
          assert.equal((await world.perform({ kind: "wait", milliseconds: 1 }, 7)).kind, "done");
          const older = await world.perform({ kind: "wait", milliseconds: 1 }, 6);
          assert.ok(older.kind === "refused" && older.failure.code === "rotation.fenced");
          const gone = await world.perform({
            kind: "consumer.restart",
            consumer: consumer("etcd-9/etcd"),
          });
          assert.notEqual(gone.kind, "done");
          await is(
            "unknowable",
            { kind: "holds", slot: slot("etcd-9/etcd/peer"), content: bundle(peer, 1) },
            /no slot/,
          );
          const broken: EtcdMember = { ...first, service: { kind: "command", restart: ["false"] } };
          const failing = openBenchWorld(bench.path("certwright-pki"), passphrase, {
            ...cluster,
            members: [broken, ...cluster.members.slice(1)],
          });
          try {
            const performed = await failing.perform({
              kind: "consumer.restart",
              consumer: consumer("etcd-1/etcd"),
            });
            assert.equal(
              performed.kind,
              "unknown",
              "what a program that failed has done nobody knows",
            );
          } finally {
            await failing.close();
          }
        },
      );
    } finally {
      await world.close();
    }
  });
});
