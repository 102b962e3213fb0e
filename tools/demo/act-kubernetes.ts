import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Plan } from "../../src/core/model/plan.ts";
import { startCluster, type Cluster } from "../../test/real/cluster/cluster.ts";
import { makeOperator, type ClusterOperator } from "../../test/real/cluster/operator.ts";
import { kubernetesVersion } from "../../test/real/cluster/programs.ts";
import { startKubernetesLoad } from "../kubernetes-load/load.ts";
import { renewsTokens } from "../kubernetes-load/renew-tokens.ts";
import { applyPlan, secondsSince, type Applied } from "./apply-plan.ts";
import { certwright } from "./certwright.ts";
import type { FoundEtcd } from "./find-etcd.ts";
import type { Story } from "./story.ts";
import { tellLoad } from "./tell-load.ts";
import { unlessInterrupted } from "./unless-interrupted.ts";

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
  /** Pods that were replaced, and containers that were started again, but for static pods. */
  readonly podsRestarted: number;
  readonly seconds: number;
  /** Of those, what the restarted programs take by themselves, whoever restarts them; and how often the rotation takes that. */
  readonly imposedSeconds: number;
  readonly ratio: number;
  readonly phases: Applied["phases"];
}

const planFile = "rotation.plan.json";
/** The key pair of ServiceAccount tokens, as discover names it. */
const tokenIssuer = "service-account-keys";
const masters = 3;
const apiPort = 6443;
/** Its pods are nobody's to replace; kube-proxy's are replaced on the way, and an exec into one that ends says so. */
const steady = {
  file: join(import.meta.dirname, "../../test/real/cluster/steady.yaml"),
  pods: { namespace: "default", selector: "app=steady", command: ["/bin/busybox", "date"] },
};

/** A kubeadm cluster of three masters in namespaces of this machine, and new CAs and a new key pair for all of it while it is used. */
export const playKubernetes = async (
  { folder, story, signal }: { folder: string; story: Story; signal: AbortSignal },
  etcd: FoundEtcd,
  opened: (cluster: { stop(): Promise<void> }) => void,
): Promise<KubernetesResult> => {
  const started = story.step(
    "a cluster of three masters and a worker: kubeadm, containerd, kubelets",
  );
  const cluster = await unlessInterrupted(
    signal,
    startCluster({ masters, workers: 1, folder: join(folder, "cluster") }),
  );
  opened({ stop: () => cluster.end() });
  await cluster.kubectl("apply", "-f", steady.file);
  await cluster.kubectl("rollout", "status", "daemonset/steady", "--timeout=240s");
  started(`Kubernetes ${kubernetesVersion}, ${cluster.nodes.length} nodes are ready`);
  const operator = makeOperator(cluster, join(folder, "operator"), dirname(etcd.etcd));
  for (const words of operator.preparation) await ask(story, operator, words, signal);
  await ask(story, operator, ["ca", "adopt", tokenIssuer], signal);
  const rotate = ["plan", "rotate", "kubernetes-ca", "front-proxy-ca", "etcd-ca", tokenIssuer];
  await patiently(story, signal, () =>
    ask(story, operator, [...rotate, "--out", planFile], signal),
  );
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

/** Of looking at a cluster on a machine that has too much to do: nothing has been changed yet. */
const tries = 4;

/** Once more when something did not answer in time before anything was changed. */
const patiently = async <T>(
  story: Story,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> => {
  for (let left = tries - 1; ; left--) {
    try {
      return await work();
    } catch (error) {
      const words = error instanceof Error ? error.message : "";
      if (left === 0 || signal.aborted || !words.includes("nothing was changed")) throw error;
      story.say(`\n${words.trim()}\n  nothing was changed; once more`);
    }
  }
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
  const before = await startsOfPods(cluster, kubeconfig);
  const load = await startKubernetesLoad({ servers, kubeconfig, pods: steady.pods });
  const began = performance.now();
  // Nobody but this demo uses the cluster, which certwright cannot know.
  const flags = plan.blind.flatMap(({ id }) => ["--accept-blind", id]);
  let applied: Applied;
  let between: PodStarts;
  try {
    const stage = { story, folder, env, signal };
    const tokens = renewsTokens({
      // kubectl takes the last --kubeconfig that it is given.
      kubectl: (...words) => cluster.kubectl(...words, "--kubeconfig", kubeconfig),
      plan,
      load,
      before: () => startsOfPods(cluster, kubeconfig),
    });
    applied = await patiently(story, signal, () =>
      applyPlan(stage, { plan, file: planFile, load, flags, proved: tokens.proved }),
    );
    between = await tokens.renewed();
  } catch (error) {
    await load.stop();
    throw error;
  }
  const seconds = secondsSince(began);
  load.enter("after");
  const summary = await load.stop();
  tellLoad({ story }, summary);
  for (const { phase, client, why } of summary.failures) {
    story.say(`  ${phase} ${client}: ${why}`);
  }
  const { requests, failed, longestGapMs } = summary;
  const { imposedSeconds, workSeconds, restarts } = applied.report;
  const ratio = Number((workSeconds / imposedSeconds).toFixed(2));
  story.say(
    `  ${workSeconds} s of work are ${ratio} times the ${imposedSeconds} s of its programs' own`,
  );
  const after = await startsOfPods(cluster, kubeconfig);
  return {
    requests,
    failed,
    longestGapMs,
    restarts: restarts.filter(({ consumer }) => !isWorkload(consumer)).length,
    podsRestarted: startedSince(before, between) + startedSince(between, after),
    seconds,
    imposedSeconds,
    ratio,
    phases: applied.phases,
  };
};

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly uid: string; readonly annotations?: Record<string, string> };
    readonly status?: { readonly containerStatuses?: readonly { readonly restartCount: number }[] };
  }[];
}

/** By its uid. */
type PodStarts = ReadonlyMap<string, number>;

const startedSince = (before: PodStarts, after: PodStarts): number =>
  [...after].reduce((sum, [uid, starts]) => sum + Math.max(0, starts - (before.get(uid) ?? 0)), 0);

/** How often each pod was started: once, and each start of its containers after that. Without static pods. */
const startsOfPods = async ({ kubectl }: Cluster, kubeconfig: string): Promise<PodStarts> => {
  // kubectl takes the last --kubeconfig that it is given.
  const text = await kubectl("get", "pods", "-A", "-o", "json", "--kubeconfig", kubeconfig);
  const { items } = JSON.parse(text) as PodList;
  return new Map(
    items
      .filter(({ metadata }) => metadata.annotations?.["kubernetes.io/config.mirror"] === undefined)
      .map(({ metadata, status }) => [
        metadata.uid,
        (status?.containerStatuses ?? []).reduce((sum, one) => sum + one.restartCount, 1),
      ]),
  );
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
