import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Plan } from "../../src/core/model/plan.ts";
import { startCluster, type Cluster } from "../../test/real/cluster/cluster.ts";
import { makeOperator, type ClusterOperator } from "../../test/real/cluster/operator.ts";
import { kubernetesVersion, whyNoCluster } from "../../test/real/cluster/programs.ts";
import { startKubernetesLoad } from "../kubernetes-load/load.ts";
import { applyPlan, secondsSince, type Applied } from "./apply-plan.ts";
import { certwright } from "./certwright.ts";
import type { FoundEtcd } from "./find-etcd.ts";
import type { Story } from "./story.ts";
import { tellLoad } from "./tell-load.ts";

/** What `-o json` prints of act "kubernetes". */
export interface KubernetesResult {
  readonly masters: number;
  readonly version: string;
  readonly cas: readonly string[];
  readonly protocol: "bundle" | "cross-signed";
  readonly requests: number;
  readonly failed: number;
  /** Of any client with failover. */
  readonly longestGapMs: number;
  /** Of programs: static pods, kubelets. */
  readonly restarts: number;
  /** Workloads whose pods were replaced, each time counted. */
  readonly podsRestarted: number;
  readonly seconds: number;
  readonly phases: Applied["phases"];
}

const planFile = "rotation.plan.json";
const masters = 3;
const apiPort = 6443;
/** Nobody but this demo uses the cluster, which certwright cannot know. */
const accepted = ["--accept-blind", "clients-outside"];

/** A kubeadm cluster of three masters in namespaces of this machine, and new CAs for all of it while it is used. */
export const playKubernetes = async (
  { folder, story, signal }: { folder: string; story: Story; signal: AbortSignal },
  etcd: FoundEtcd,
  opened: (cluster: { stop(): Promise<void> }) => void,
): Promise<KubernetesResult> => {
  const why = whyNoCluster();
  if (why !== undefined) throw new Error(why);
  const started = story.step(
    "a cluster of three masters and a worker: kubeadm, containerd, kubelets",
  );
  const cluster = await unlessInterrupted(
    signal,
    startCluster({ masters, workers: 1, folder: join(folder, "cluster") }),
  );
  opened({ stop: () => cluster.end() });
  started(`Kubernetes ${kubernetesVersion}, ${cluster.nodes.length} nodes are ready`);
  const operator = makeOperator(cluster, join(folder, "operator"), dirname(etcd.etcd));
  for (const words of operator.preparation) await ask(story, operator, words, signal);
  const rotate = ["plan", "rotate", "kubernetes-ca", "front-proxy-ca", "etcd-ca"];
  await ask(story, operator, [...rotate, "--out", planFile], signal);
  const plan = JSON.parse(await readFile(join(operator.folder, planFile), "utf8")) as Plan;
  if (plan.goal.kind !== "rotate") throw new Error(`${planFile} is no rotation`);
  const { issuers, protocol } = plan.goal;
  return {
    masters,
    version: kubernetesVersion,
    cas: issuers,
    protocol,
    ...(await rotateUnderLoad(story, { cluster, operator, plan, signal })),
  };
};

/** A cluster that is half up cannot be asked to stop; it ends with this process. */
const unlessInterrupted = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(new Error("interrupted")), { once: true });
  return Promise.race([work, promise]);
};

const rotateUnderLoad = async (
  story: Story,
  play: {
    readonly cluster: Cluster;
    readonly operator: ClusterOperator;
    readonly plan: Plan;
    readonly signal: AbortSignal;
  },
): Promise<Omit<KubernetesResult, "masters" | "version" | "cas" | "protocol">> => {
  const { cluster, operator, plan, signal } = play;
  const { folder, env, kubeconfig } = operator;
  const servers = cluster.nodes
    .filter(({ role }) => role === "master")
    .map(({ name, address }) => ({ name, host: address, port: apiPort }));
  const load = await startKubernetesLoad({ servers, kubeconfig });
  const began = performance.now();
  let applied: Applied;
  try {
    const stage = { story, folder, env, signal };
    applied = await applyPlan(stage, { plan, file: planFile, load, flags: accepted });
  } catch (error) {
    await load.stop();
    throw error;
  }
  const seconds = secondsSince(began);
  load.enter("after");
  const summary = await load.stop();
  tellLoad({ story }, summary);
  const { requests, failed, longestGapMs } = summary;
  const { restarts } = applied.report;
  const workloads = restarts.filter(({ consumer }) => isWorkload(consumer));
  return {
    requests,
    failed,
    longestGapMs,
    restarts: restarts.length - workloads.length,
    podsRestarted: workloads.length,
    seconds,
    phases: applied.phases,
  };
};

const results: Readonly<Record<string, string>> = {
  discover: "the cluster is known",
  ca: "its CAs are in our PKI",
  plan: "nothing was changed yet",
};

/** "daemonset/kube-system/kube-proxy": the only consumers with a namespace in their names. */
const isWorkload = (consumer: string): boolean => consumer.split("/").length === 3;

const ask = async (
  story: Story,
  { folder, env }: ClusterOperator,
  words: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  const [verb] = words;
  const done = story.step(verb!, `certwright ${words.join(" ")}`);
  const { code, stdout, stderr } = await certwright(folder, words, env, signal);
  if (code !== 0) {
    throw new Error(`certwright ${words.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  }
  done(results[verb!] ?? "done");
};
