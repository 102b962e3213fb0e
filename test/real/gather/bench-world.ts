import { join } from "node:path";
import { systemClock } from "../../../src/adapters/clock/system-clock.ts";
import { digests } from "../../../src/adapters/crypto/node-digests.ts";
import { keyMaker } from "../../../src/adapters/crypto/node-keys.ts";
import { verifySignature } from "../../../src/adapters/crypto/node-verify.ts";
import { grpcEtcd } from "../../../src/adapters/etcd/grpc-etcd.ts";
import { httpsKubernetes } from "../../../src/adapters/kubernetes/https-kubernetes.ts";
import { openFileKeystore } from "../../../src/adapters/keystore/file.ts";
import { systemNodes } from "../../../src/adapters/node/system-nodes.ts";
import { createSystemRandom } from "../../../src/adapters/random/system-random.ts";
import { identifyKey, loadPrivateKey } from "../../../src/adapters/source/identify-key.ts";
import { openSqliteStore } from "../../../src/adapters/store/sqlite.ts";
import { systemTimer } from "../../../src/adapters/timer/system-timer.ts";
import { tlsProbe } from "../../../src/adapters/tls/tls-probe.ts";
import type { Claim, Proof } from "../../../src/core/model/claim.ts";
import type { Estate, EtcdCluster } from "../../../src/core/model/estate.ts";
import type { Effect, StepId } from "../../../src/core/model/plan.ts";
import { openAuthority } from "../../../src/engine/authority/open-authority.ts";
import { gather, type Gathered } from "../../../src/engine/rotation/gather/gather.ts";
import type { RotationPorts } from "../../../src/engine/rotation/ports.ts";
import type { RunBackup } from "../../../src/engine/rotation/run-backup.ts";
import { createWorld } from "../../../src/engine/rotation/world.ts";
import type { Performed } from "../../../src/ports/world.ts";

/** Long, because the machine may be busy with other tests. */
const deadline = 15_000;

/** Eyes and hands on a test's cluster, without any command. */
export interface BenchWorld {
  readonly ports: RotationPorts;
  /** `other`: ports in the place of the real ones. */
  gather(declared?: EtcdCluster, other?: Partial<RotationPorts>): Promise<Gathered>;
  see(claim: Claim): Promise<Proof>;
  /** Looks until the claim has that verdict or half a minute has passed; gives the last proof. */
  await(claim: Claim, verdict?: Proof["verdict"]): Promise<Proof>;
  /** `epoch`: of the engine that sends it. */
  perform(effect: Effect, epoch?: number): Promise<Performed>;
  close(): Promise<void>;
}

/** A run that changes no file in a way that a backup would be asked for. */
const noBackup: RunBackup = {
  verify: async () => ({ verdict: "fails", evidence: "there is none in this test" }),
  create: async () => undefined,
  before: async () => [],
  beforeFields: async () => [],
  differs: async () => "there is none in this test",
};

const estateOf = (etcd: EtcdCluster): Estate => ({
  nodes: [...etcd.members, ...etcd.clients].flatMap(({ node }) => node ?? []),
  etcd,
});

/** Eyes and hands with the store and the keys in `directory`. */
export const openBenchPorts = (
  directory: string,
  passphrase: string,
): RotationPorts & { readonly keyMaker: typeof keyMaker } => {
  const given = async (): Promise<Uint8Array> => Buffer.from(passphrase);
  const keystore = openFileKeystore(join(directory, "keys"), keyMaker, {
    current: given,
    chosen: given,
  });
  const authority = openAuthority({
    store: openSqliteStore(join(directory, "store.sqlite"), false),
    keystore,
    keyMaker,
    digests,
    verifySignature,
    clock: systemClock,
    random: createSystemRandom(),
  });
  return {
    keyMaker,
    nodes: systemNodes,
    etcd: grpcEtcd,
    kubernetes: httpsKubernetes,
    tls: tlsProbe,
    authority,
    digests,
    verifySignature,
    identifyKey,
    loadKey: loadPrivateKey,
    hasKey: (id) => keystore.has(id),
    clock: systemClock,
    timer: systemTimer,
  };
};

export const openBenchWorld = (
  directory: string,
  passphrase: string,
  cluster: EtcdCluster,
  backup: RunBackup = noBackup,
): BenchWorld => benchWorld(openBenchPorts(directory, passphrase), estateOf(cluster), backup);

export const benchWorld = (
  ports: RotationPorts,
  estate: Estate,
  backup: RunBackup = noBackup,
): BenchWorld => {
  const world = createWorld({ ports, estate, backup, deadline });
  const see = async (claim: Claim): Promise<Proof> => (await world.observe([claim]))[0]!;
  let attempts = 0;
  return {
    ports,
    gather: (declared, other = {}) =>
      gather({
        ports: { ...ports, ...other },
        estate: declared === undefined ? estate : estateOf(declared),
        version: { lineage: "test", serial: 0 },
        deadline,
      }),
    see,
    await: async (claim, verdict = "holds") => {
      const end = Date.now() + 30_000;
      for (;;) {
        const proof = await see(claim);
        if (proof.verdict === verdict || Date.now() > end) return proof;
        await systemTimer.sleep(100);
      }
    },
    perform: (effect, epoch = 1) =>
      world.perform(effect, {
        run: "test",
        step: "test" as StepId,
        number: ++attempts,
        epoch,
      }),
    close: async () => {
      await world.close();
      ports.authority.close();
    },
  };
};
