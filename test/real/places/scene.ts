import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { createPrivateKey } from "node:crypto";
import { join } from "node:path";
import { fileBackups } from "../../../src/adapters/backup/file-backups.ts";
import { scratchEtcd } from "../../../src/adapters/backup/scratch-etcd.ts";
import { keyMaker } from "../../../src/adapters/crypto/node-keys.ts";
import { openFileKeystore } from "../../../src/adapters/keystore/file.ts";
import { systemNodes } from "../../../src/adapters/node/system-nodes.ts";
import { openSqliteStore } from "../../../src/adapters/store/sqlite.ts";
import { certificateOf } from "../../issuance/kubeadm-tree.ts";
import type { Claim, Content } from "../../../src/core/model/claim.ts";
import type { Estate, EstateNode, KubernetesCluster } from "../../../src/core/model/estate.ts";
import type { ConsumerId, SlotId } from "../../../src/core/model/inventory.ts";
import type { Effect, Expected } from "../../../src/core/model/plan.ts";
import { compareBackup, restoreFiles } from "../../../src/engine/backup/restore.ts";
import { compareObjects, restoreObjects } from "../../../src/engine/backup/restore-objects.ts";
import { openRunBackup } from "../../../src/engine/backup/run-backup.ts";
import type { NodeSession, Nodes } from "../../../src/ports/node.ts";
import { benchWorld, openBenchPorts, type BenchWorld } from "../gather/bench-world.ts";

/** What kubeadm laid out on one machine, with its CAs adopted, and eyes and hands for it. */
export interface PlacesScene {
  /** Of kubeadm's files. */
  readonly folder: string;
  readonly estate: Estate;
  readonly world: BenchWorld;
  /** Path of the kubelet's file on this machine. */
  kubelet(name: string): string;
  read(name: string): string;
  /** The claim has that verdict now, or comes to it, with such evidence. */
  is(verdict: "holds" | "fails" | "unknowable", claim: Claim, evidence?: RegExp): Promise<void>;
  done(effect: Effect): Promise<void>;
  refused(effect: Effect, code: string): Promise<void>;
  /** What "certwright backup restore" does, with what for each that was not as it was. */
  restore(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Milliseconds: API servers look at their files at least once a minute, and the machine may be busy. */
const patience = 180_000;
const passphrase = "a passphrase for tests";
const kubeletFolder = "/var/lib/kubelet";

/** The only process of that name that is seen: other tests have API servers, too. As a function: the one that it is by then. */
type OnlyProcess = number | (() => number | undefined) | undefined;

/** The kubelet's folder of this machine lies elsewhere; everything else is where it is. */
const withKubeletIn = (folder: string, pid: OnlyProcess): Nodes => {
  const real = (path: string): string =>
    path.startsWith(kubeletFolder) ? folder + path.slice(kubeletFolder.length) : path;
  const named = (path: string): string =>
    path.startsWith(folder) ? kubeletFolder + path.slice(folder.length) : path;
  return {
    open: async (node): Promise<NodeSession> => {
      const session = await systemNodes.open(node);
      return {
        ...session,
        processes: async (program) => {
          const found = await session.processes(program);
          const only = typeof pid === "function" ? pid() : pid;
          return only === undefined ? found : found.filter((one) => one.pid === only);
        },
        read: (path) => session.read(real(path)),
        facts: (path) => session.facts(real(path)),
        write: (files) => session.write(files.map((one) => ({ ...one, path: real(one.path) }))),
        readLink: async (path) => {
          const found = await session.readLink(real(path));
          return found === undefined ? undefined : { ...found, target: named(found.target) };
        },
        link: ({ path, target, expect }) =>
          session.link({
            path: real(path),
            target: real(target),
            expect: expect === undefined ? undefined : real(expect),
          }),
      };
    },
  };
};

/**
 * `folder` holds what kubeadm made (pki and kubeconfigs). `api`: a kubeconfig of a server that answers. Its files are
 * gone after `close`.
 */
export const openScene = async (
  folder: string,
  api?: string,
  more: {
    readonly holders?: KubernetesCluster["holders"];
    /** Where the API server is, for what asks it itself; nowhere when absent. */
    readonly host?: string;
    readonly port?: number;
    readonly pid?: OnlyProcess;
  } = {},
): Promise<PlacesScene> => {
  const own = mkdtempSync(join(tmpdir(), "certwright-places-"));
  const kubelet = (name: string): string => join(own, "kubelet/pki", name);
  mkdirSync(kubelet(""), { recursive: true });
  const node: EstateNode = {
    name: "node-1",
    addresses: [{ kind: "ip4", value: more.host ?? "192.0.2.10" }],
    access: { kind: "local" },
  };
  const issuers = {
    cluster: "kubernetes-ca",
    frontProxy: "front-proxy-ca",
    etcd: "etcd-ca",
    serviceAccount: "service-account-keys",
  };
  const kubernetes: KubernetesCluster = {
    name: "kubernetes",
    version: "1.35.4",
    kubeconfig: api ?? join(folder, "admin.conf"),
    endpoint: { host: more.host ?? "192.0.2.10", port: more.port ?? 6443 },
    controlPlane: [node],
    workers: [],
    port: more.port ?? 6443,
    directory: folder,
    kubelet: { kind: "none" },
    issuers,
    workloads: [],
    applications: { restart: "listed", exclude: [], askBefore: [] },
    holders: more.holders ?? [],
    clientsComplete: true,
  };
  const estate: Estate = { nodes: [node], kubernetes };
  const pki = join(own, "pki");
  mkdirSync(pki, { mode: 0o700 });
  openSqliteStore(join(pki, "store.sqlite"), true).close();
  const given = async (): Promise<Uint8Array> => Buffer.from(passphrase);
  const sealer = openFileKeystore(join(pki, "keys"), keyMaker, { current: given, chosen: given });
  const ports = {
    ...openBenchPorts(pki, passphrase),
    nodes: withKubeletIn(join(own, "kubelet"), more.pid),
    backups: fileBackups(join(pki, "backups"), sealer),
    scratch: scratchEtcd({
      parent: own,
      choice: { named: undefined, own: undefined, searchPath: "" },
    }),
  };
  for (const [name, file] of [
    [issuers.cluster, "ca"],
    [issuers.frontProxy, "front-proxy-ca"],
  ] as const) {
    const path = join(folder, "pki", file);
    await ports.authority.adopt({
      name,
      certificates: [certificateOf(`${path}.crt`)],
      key: keyMaker.load(
        createPrivateKey(readFileSync(`${path}.key`)).export({ type: "pkcs8", format: "der" }),
      ),
      from: { certificate: `${path}.crt`, key: `${path}.key` },
    });
  }
  const backup = openRunBackup(ports, {
    run: "test",
    estate,
    version: { lineage: "test", serial: 0 },
  });
  const world = benchWorld(ports, estate, backup);
  return {
    folder,
    estate,
    world,
    kubelet,
    read: (name) => readFileSync(join(folder, name), "utf8"),
    is: async (verdict, claim, evidence = /./) => {
      const end = Date.now() + patience;
      let proof = await world.see(claim);
      while ((proof.verdict !== verdict || !evidence.test(proof.evidence)) && Date.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        proof = await world.see(claim);
      }
      assert.equal(proof.verdict, verdict, `${JSON.stringify(claim)}: ${proof.evidence}`);
      assert.match(proof.evidence, evidence);
      assert.doesNotMatch(proof.evidence, /PRIVATE KEY/);
    },
    done: async (effect) => {
      const performed = await world.perform(effect);
      assert.equal(performed.kind, "done", JSON.stringify(performed));
    },
    refused: async (effect, code) => {
      const performed = await world.perform(effect);
      assert.ok(
        performed.kind === "refused" && performed.failure.code === code,
        JSON.stringify(performed),
      );
    },
    restore: async () => {
      const stored = (await ports.backups.find("test"))!;
      const files = await compareBackup(ports, stored, estate);
      const objects = await compareObjects(ports, stored, estate);
      await restoreFiles(ports, stored, estate, files, () => undefined);
      await restoreObjects(ports, stored, estate, objects, () => undefined);
      return [
        ...files.map(({ file, action }) => `${action} ${file.path}`),
        ...objects.map(({ object, action }) => `${action} ${object.resource}`),
      ].filter((line) => !line.startsWith("same "));
    },
    close: async () => {
      await world.close();
      rmSync(own, { recursive: true });
    },
  };
};

/** A kubelet's file as it stands after its first rotation: certificate and key of a kubeconfig, behind its link. */
export const layKubelet = (scene: PlacesScene, kubeconfig: string): string => {
  const text = scene.read(kubeconfig);
  const part = (field: string): string =>
    Buffer.from(new RegExp(`${field}: (\\S+)`).exec(text)![1]!, "base64").toString();
  const file = scene.kubelet("kubelet-client-2026-01-02-03-04-05.pem");
  const content = part("client-certificate-data") + part("client-key-data");
  writeFileSync(file, content, { mode: 0o600 });
  symlinkSync(file, scene.kubelet("kubelet-client-current.pem"));
  return content;
};

export const write = (
  of: string,
  writes: readonly (readonly [slot: string, content: Content, ...expect: Expected[]])[],
): Effect => ({
  kind: "slots.write",
  consumer: of as ConsumerId,
  during: "running",
  writes: writes.map(([id, content, ...expect]) => ({ slot: id as SlotId, content, expect })),
});

export const bundle = (issuer: string, ...generations: number[]): Content => ({
  kind: "bundle",
  issuer,
  generations,
  others: [],
});

export const holding = (content: Content): Expected => ({ kind: "content", content });

export const holds = (slot: string, content: Content): Claim => ({
  kind: "holds",
  slot: slot as SlotId,
  content,
});
