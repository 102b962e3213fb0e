import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plan } from "../../src/core/model/plan.ts";
import { replaceAllAtOnce } from "../etcd-cluster/by-hand.ts";
import type { RunningCluster } from "../etcd-cluster/start.ts";
import type { Load } from "../load/clients.ts";
import { startLoad } from "../etcd-load/load.ts";
import { initialise, startEtcd } from "./act-one.ts";
import { applyPlan, secondsSince } from "./apply-plan.ts";
import type { FoundEtcd } from "./find-etcd.ts";
import { setStage, type Stage } from "./stage.ts";
import { tellLoad } from "./tell-load.ts";

/** What `-o json` prints of act two. */
export interface RotationResult {
  readonly protocol: "bundle" | "cross-signed";
  readonly members: number;
  readonly requests: number;
  readonly failed: number;
  /** Of any client with failover. */
  readonly longestGapMs: number;
  /** Of members. */
  readonly restarts: number;
  readonly seconds: number;
  readonly phases: readonly { readonly id: string; readonly seconds: number }[];
}

const planFile = "rotation.plan.json";

const startClients = (
  { cluster, folder }: Stage,
  { etcdctl }: Pick<FoundEtcd, "etcdctl">,
): Promise<Load> => {
  const files = join(folder, "clients", "shop");
  return startLoad({
    endpoints: cluster.members.map(({ name, node, clientPort }) => ({
      name,
      host: node.addresses[0]!.value,
      port: clientPort,
    })),
    files: {
      certificate: join(files, "client.crt"),
      key: join(files, "client.key"),
      trust: join(files, "server-ca.crt"),
    },
    prefix: "/shop/",
    etcdctl,
  });
};

/** The CAs of the running cluster are rotated by certwright, with clients on it. */
export const rotateUnderLoad = async (
  stage: Stage,
  etcd: FoundEtcd,
  running: RunningCluster,
): Promise<RotationResult> => {
  const { story, cluster, folder } = stage;
  const names = [
    ...new Set([cluster.issuers.peer, cluster.issuers.server, cluster.issuers.client]),
  ];
  const command = ["plan", "rotate", ...names, "--out", planFile];
  const planned = story.step(
    "planning from what is really there",
    `certwright ${command.join(" ")}`,
  );
  await stage.ask(command);
  const plan = JSON.parse(await readFile(join(folder, planFile), "utf8")) as Plan;
  if (plan.goal.kind !== "rotate") throw new Error(`${planFile} is no rotation`);
  const steps = plan.phases.reduce((sum, phase) => sum + phase.steps.length, 0);
  planned(`${plan.goal.protocol}: ${plan.phases.length} phases, ${steps} steps`);

  const load = await startClients(stage, etcd);
  const began = performance.now();
  const before = running.restarts().length;
  let phases: RotationResult["phases"];
  try {
    ({ phases } = await applyPlan(stage, { plan, file: planFile, load }));
  } catch (error) {
    await load.stop();
    throw error;
  }
  const seconds = secondsSince(began);
  load.enter("after");
  const summary = await load.stop();
  tellLoad(stage, summary);
  return {
    protocol: plan.goal.protocol,
    members: cluster.members.length,
    requests: summary.requests,
    failed: summary.failed,
    longestGapMs: summary.longestGapMs,
    restarts: running.restarts().length - before,
    seconds,
    phases,
  };
};

/** The same change in a cluster of its own, the way it is done without certwright. */
export const changeByHand = async (
  stage: Stage,
  etcd: FoundEtcd,
  opened: (members: RunningCluster) => void,
): Promise<void> => {
  const { story, folder, signal } = stage;
  const quiet = { say: () => {}, step: () => () => {}, mark: () => {} };
  const prepared = story.step("the same cluster once more, and its files from new CAs");
  const like = { version: etcd.version, story: quiet, signal };
  const one = await setStage({ ...like, folder: join(folder, "by-hand") });
  await initialise(one);
  const running = await startEtcd(one, etcd, opened);
  const other = await setStage({ ...like, folder: join(one.folder, "new"), like: one });
  await initialise(other);
  prepared("three members, the same clients");
  const done = story.step(
    "replacing everything, restarting all at once",
    "cp -r new/. .; systemctl restart etcd  # on all members",
  );
  const load = await startClients(one, etcd);
  try {
    await replaceAllAtOnce({
      running,
      folder: one.folder,
      other: other.folder,
      enter: (phase) => load.enter(phase),
    });
  } finally {
    await afterwards();
  }
  done("all members run with the new files");
  tellLoad(stage, await load.stop());
  await running.stop();
};

/** Clients that waited come back within this. */
const afterwards = (): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, 3000);
  return promise;
};
