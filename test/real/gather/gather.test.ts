import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Certificate } from "../../../src/core/model/certificate.ts";
import type { ReissueOrder } from "../../../src/engine/authority/authority.ts";
import type { EtcdCluster, EtcdMember } from "../../../src/core/model/estate.ts";
import type { Inventory, SlotFault } from "../../../src/core/model/inventory.ts";
import { memberPaths } from "../../../src/engine/etcd/layout.ts";
import { digests } from "../../../src/adapters/crypto/node-digests.ts";
import { planFor } from "../../../src/core/plan/plan-for.ts";
import type { Gathered } from "../../../src/engine/rotation/gather/gather.ts";
import { pemOf } from "../../../src/engine/rotation/root-client.ts";
import { parseCertificate } from "../../../src/core/x509/certificate.ts";
import { readPem } from "../../../src/core/x509/pem.ts";
import { etcdPrograms, inWorkbench, succeeded } from "../etcd-workbench.ts";
import { openBenchWorld } from "./bench-world.ts";

const passphrase = "a passphrase for tests";

const read = (pem: Uint8Array): Certificate =>
  parseCertificate(readPem(pem).blocks[0]!.der, { digests, reading: "strict" });
const slotOf = ({ slots }: Inventory, id: string) => slots.find((one) => one.id === id)!;
const faultsOf = ({ inventory }: Gathered, id: string): readonly SlotFault["kind"][] =>
  (slotOf(inventory, id).faults ?? []).map(({ kind }) => kind);
/** What gathering and planning a rotation of everything object to. */
const rulesOf = ({ inventory, findings }: Gathered): readonly string[] => {
  const issuers = inventory.issuers.map(({ name }) => name);
  const planned = planFor({ kind: "rotate", issuers }, inventory, { now: Date.now(), digests });
  return [...findings, ...(planned.ok ? [] : planned.findings)].map(
    ({ rule, subject }) => `${rule} ${subject}`,
  );
};

/** Every file below a folder with its digest, but for what etcd itself writes. */
const filesBelow = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !/\/(data|logs|certwright-pki)\//.test(path))
      .map((path) => [path, createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );

/** Puts another content at a path for as long as `body` takes. */
const withContent = async (
  path: string,
  content: string | undefined,
  body: () => Promise<void>,
): Promise<void> => {
  renameSync(path, `${path}.kept`);
  try {
    if (content !== undefined) writeFileSync(path, content, { mode: 0o600 });
    await body();
  } finally {
    rmSync(path, { force: true, recursive: true });
    renameSync(`${path}.kept`, path);
  }
};

test("gathering sees what is, names what contradicts the estate, and changes nothing", async (t) => {
  const programs = etcdPrograms(t, "etcd");
  if (programs === undefined) return;
  await inWorkbench(t, programs, "", async (bench) => {
    succeeded(await bench.certwright("etcd", "init", "--in-place"));
    const running = await bench.start();
    succeeded(await bench.certwright("etcd", "users", "--yes"));
    const { cluster } = bench;
    const [first, second, third] = cluster.members as readonly [EtcdMember, EtcdMember, EtcdMember];
    const paths = memberPaths(first);
    /** PEM of a leaf with the key and the names of that file's. */
    const like = async (path: string, order: Partial<ReissueOrder>): Promise<string> => {
      const { certificate } = await world.ports.authority.reissue({
        issuer: cluster.issuers.server,
        generation: 1,
        like: read(readFileSync(path)),
        key: "same",
        foreign: true,
        ...order,
      });
      return pemOf([certificate]);
    };
    const world = openBenchWorld(bench.path("certwright-pki"), passphrase, cluster);
    try {
      await bench.step("a healthy cluster is gathered whole", async () => {
        const before = filesBelow(bench.folder);
        const { inventory, findings } = await world.gather();
        assert.deepEqual(filesBelow(bench.folder), before, "no file was changed");
        assert.deepEqual(findings, []);
        assert.deepEqual(
          inventory.blind.map(({ id }) => id),
          ["clients-outside"],
        );
        assert.deepEqual(
          inventory.consumers.map(({ id, service, healthy, version, process }) => ({
            id,
            service,
            healthy,
            version: version?.slice(0, 3),
            pid: process?.pid,
          })),
          [
            ...running.members.map(({ name, pid }) => ({
              id: `${name}/etcd`,
              service: "command",
              healthy: true,
              version: "3.6",
              pid,
            })),
            {
              id: "client/root",
              service: "none",
              healthy: undefined,
              version: undefined,
              pid: undefined,
            },
          ],
        );
        assert.equal(inventory.consumers.filter(({ leader }) => leader === true).length, 1);
        assert.equal(inventory.slots.length, 3 * 4 + 2);
        for (const slot of inventory.slots) {
          assert.equal(slot.faults, undefined, slot.id);
          assert.equal(slot.holds?.certificates.length, 1, slot.id);
          if (slot.port === undefined || slot.role === "trusts") continue;
          assert.deepEqual(slot.serves, slot.holds?.certificates, `${slot.id} shows its file`);
        }
        assert.equal(inventory.edges.length, 3 + 6);
        for (const { signedBy, subject } of inventory.certificates) {
          assert.ok(signedBy !== undefined, `who signed ${subject} is known`);
        }
        assert.ok(Math.abs(inventory.nodes[0]!.clockSkew!) < 1000);
        const again = await world.gather();
        assert.equal(again.inventory.digest, inventory.digest, "the same state, the same digest");
      });

      await bench.step(
        "a silent member, a missing one and one too many are told apart",
        async () => {
          const fourth: EtcdMember = {
            ...third,
            name: "etcd-4",
            clientPort: third.clientPort + 1,
            peerPort: third.peerPort + 1,
          };
          const more: EtcdCluster = { ...cluster, members: [...cluster.members, fourth] };
          const missing = rulesOf(await world.gather(more));
          assert.ok(missing.includes("member-missing etcd-4"), missing.join("\n"));
          const fewer: EtcdCluster = { ...cluster, members: [first, second] };
          assert.ok(rulesOf(await world.gather(fewer)).includes("member-unknown etcd-3"));
          const moved: EtcdCluster = {
            ...cluster,
            members: [first, second, { ...third, peerPort: third.peerPort + 1 }],
          };
          const told = rulesOf(await world.gather(moved));
          assert.ok(told.includes("member-address etcd-3"), told.join("\n"));
          assert.ok(told.includes("port-silent etcd-3/etcd/peer"), told.join("\n"));
          await running.serve("stop", "etcd-2");
          try {
            const silent = await world.gather();
            assert.ok(rulesOf(silent).includes("member-unhealthy etcd-2/etcd"));
            const consumer = silent.inventory.consumers[1]!;
            assert.equal(consumer.healthy, false);
            assert.equal(consumer.process, undefined);
          } finally {
            await running.serve("start", "etcd-2");
          }
          const healthy = await world.await({ kind: "healthy", group: "etcd/local" });
          assert.equal(healthy.verdict, "holds", healthy.evidence);
        },
      );

      await bench.step("wrong files are found where they lie", async () => {
        await withContent(paths.clientTrust, undefined, async () => {
          assert.ok(rulesOf(await world.gather()).includes("slot-empty etcd-1/etcd/client-trust"));
        });
        await withContent(paths.clientTrust, "this was a certificate once\n", async () => {
          assert.deepEqual(faultsOf(await world.gather(), "etcd-1/etcd/client-trust"), [
            "malformed",
          ]);
        });
        const trust = readFileSync(paths.clientTrust, "utf8");
        const key = readFileSync(paths.peerKey, "utf8");
        await withContent(paths.clientTrust, trust + key, async () => {
          const found = await world.gather();
          assert.deepEqual(faultsOf(found, "etcd-1/etcd/client-trust"), ["private-key"]);
          const base64 = key.split("\n")[1]!;
          assert.ok(!JSON.stringify(found).includes(base64), "the key itself is told nowhere");
        });
        await withContent(paths.serverKey, key, async () => {
          assert.deepEqual(faultsOf(await world.gather(), "etcd-1/etcd/server"), ["key-mismatch"]);
        });
        await withContent(paths.serverKey, undefined, async () => {
          assert.deepEqual(faultsOf(await world.gather(), "etcd-1/etcd/server"), ["key-mismatch"]);
        });
        await withContent(paths.peerTrust, undefined, async () => {
          mkdirSync(paths.peerTrust);
          const found = await world.gather();
          assert.deepEqual(faultsOf(found, "etcd-1/etcd/peer-trust"), ["unreadable"]);
          assert.ok(
            found.inventory.blind.some(({ id }) => id === "unreadable:etcd-1/etcd/peer-trust"),
          );
        });
        const stranger = readFileSync(paths.peerTrust, "utf8");
        await withContent(paths.clientTrust, trust + stranger, async () => {
          const { blind } = (await world.gather()).inventory;
          const spot = blind.find(({ id }) => id === "unknown-trust:etcd-1/etcd/client-trust");
          assert.match(spot!.why, /CN=etcd-peer-ca/);
        });
        const foreign = await like(paths.serverCertificate, { issuer: cluster.issuers.peer });
        await withContent(paths.serverCertificate, foreign, async () => {
          const told = rulesOf(await world.gather());
          assert.ok(told.includes("issuer-foreign etcd-1/etcd/server"), told.join("\n"));
        });
      });

      await bench.step("another program's files are not taken for the member's", async () => {
        // Replaced by hand with another directory's copy: the port goes on showing the files it was started with.
        const elsewhere = { ...first, certificateDirectory: bench.path("elsewhere") };
        cpSync(first.certificateDirectory, elsewhere.certificateDirectory, { recursive: true });
        const renewed = await like(paths.serverCertificate, {});
        writeFileSync(memberPaths(elsewhere).serverCertificate, renewed);
        const found = await world.gather({ ...cluster, members: [elsewhere, second, third] });
        assert.ok(rulesOf(found).includes("served-other etcd-1/etcd/server"));
      });

      await bench.step(
        "kubeadm's order is looked at where kubeadm started the member",
        async () => {
          const issuer = cluster.issuers.client;
          await world.perform({ kind: "generation.create", issuer, number: 2 });
          const { generations } = await world.ports.authority.issuer(issuer);
          const newer = Buffer.from(generations[1]!.certificate!.der).toString("base64");
          const block = `-----BEGIN CERTIFICATE-----\n${newer.replaceAll(/(.{64})/g, "$1\n")}\n-----END CERTIFICATE-----\n`;
          const trust = readFileSync(paths.clientTrust, "utf8");
          const pod: EtcdMember = {
            ...first,
            service: { kind: "static-pod", manifest: bench.path("manifests/etcd.yaml") },
          };
          const kubeadm = { ...cluster, members: [pod, second, third] };
          await withContent(paths.clientTrust, block + trust, async () => {
            assert.deepEqual(faultsOf(await world.gather(kubeadm), "etcd-1/etcd/client-trust"), [
              "order",
            ]);
            assert.deepEqual(faultsOf(await world.gather(), "etcd-1/etcd/client-trust"), []);
          });
          await withContent(paths.clientTrust, trust + block, async () => {
            assert.deepEqual(faultsOf(await world.gather(kubeadm), "etcd-1/etcd/client-trust"), []);
          });
        },
      );

      await bench.step(
        "a member whose certificate has expired is not taken for one that is down",
        async () => {
          const ending = await like(paths.serverCertificate, {
            // Certificates begin five minutes before they are made; this one has two seconds left.
            lifetime: 302_000,
          });
          const { notAfter } = read(Buffer.from(ending));
          await withContent(paths.serverCertificate, ending, async () => {
            while (Date.now() <= notAfter) await world.ports.timer.sleep(100);
            const found = await world.gather();
            assert.equal(found.inventory.consumers[0]!.healthy, false);
            assert.deepEqual(rulesOf(found), []);
          });
        },
      );

      await bench.step("clients that are all named are no blind spot", async () => {
        const { inventory } = await world.gather({ ...cluster, clientsComplete: true });
        assert.deepEqual(inventory.blind, []);
      });

      await bench.step(
        "a PKI that is another cluster's is noticed, and a key that is another CA's",
        async () => {
          mkdirSync(bench.path("other"));
          cpSync(bench.path("certwright.yaml"), bench.path("other/certwright.yaml"));
          succeeded(await bench.certwright("ca", "create", "etcd-peer-ca", "--dir", "other/pki"));
          succeeded(await bench.certwright("ca", "create", "etcd-server-ca", "--dir", "other/pki"));
          succeeded(await bench.certwright("ca", "create", "etcd-client-ca", "--dir", "other/pki"));
          const other = openBenchWorld(bench.path("other/pki"), passphrase, cluster);
          try {
            const told = rulesOf(await other.gather());
            assert.ok(told.includes("issuer-foreign etcd-1/etcd/server"), told.join("\n"));
            assert.ok(told.includes("issuer-foreign etcd-1/etcd/peer-trust"), told.join("\n"));
          } finally {
            await other.close();
          }
          const keys = readdirSync(bench.path("other/pki/keys")).filter((name) =>
            /^[0-9a-f]{64}\.json$/.test(name),
          );
          cpSync(bench.path("other/pki/keys", keys[0]!), bench.path("other/pki/keys", keys[1]!));
          const mixed = openBenchWorld(bench.path("other/pki"), passphrase, cluster);
          try {
            const told = rulesOf(await mixed.gather());
            assert.ok(
              told.some((one) => one.startsWith("issuer-key ")),
              told.join("\n"),
            );
          } finally {
            await mixed.close();
          }
        },
      );
    } finally {
      await world.close();
    }
  });
});
