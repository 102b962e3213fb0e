import { join } from "node:path";
import { startCluster } from "../../test/real/cluster/cluster.ts";
import { kubernetesVersion } from "../../test/real/cluster/programs.ts";
import { loseAndRecover, readVerdict } from "../../test/real/recovery/lose-and-recover.ts";
import { setScene } from "../../test/real/recovery/scene.ts";
import type { Story } from "./story.ts";
import { unlessInterrupted } from "./unless-interrupted.ts";

/** What `-o json` prints of act "recover". */
export interface RecoverResult {
  readonly masters: number;
  /** As certwright calls what has happened. */
  readonly case: string;
  /** Of `certwright recover`, from its start to its end. */
  readonly seconds: number;
  /** Longest time without an answer at the API's endpoint, from the loss on. */
  readonly apiGapSeconds: number;
  /** Of requests to an application, by its pod's and its Service's address, from two nodes, all the time. */
  readonly workloadFailures: number;
  /** Keys of etcd that were there before and are not after it, but for what passes by itself and replaced pods. */
  readonly lostObjects: number;
  readonly nodesReady: number;
}

/** What kubeadm keeps on a control plane node. */
const directory = "/etc/kubernetes";

/** A kubeadm cluster in namespaces of this machine loses all of /etc/kubernetes on every master, and gets it back. */
export const playRecover = async (
  { folder, story, signal }: { folder: string; story: Story; signal: AbortSignal },
  masters: 1 | 3,
  opened: (cluster: { stop(): Promise<void> }) => void,
): Promise<RecoverResult> => {
  const started = story.step(
    `a cluster of ${masters === 1 ? "one master" : "three masters"} and a worker: kubeadm, containerd, kubelets`,
  );
  const cluster = await unlessInterrupted(
    signal,
    startCluster({ masters, workers: 1, folder: join(folder, "cluster") }),
  );
  opened({ stop: () => cluster.end() });
  started(`Kubernetes ${kubernetesVersion}, ${cluster.nodes.length} nodes are ready`);
  const scene = await setScene(cluster, join(folder, "operator"));
  opened({ stop: () => scene.end() });
  story.say("  an application answers, and is asked ten times a second from here on\n");
  const told = await unlessInterrupted(
    signal,
    loseAndRecover(scene, {
      nodes: scene.masters,
      paths: [directory],
      said: (line) => story.say(`  ${line}`),
    }),
  );
  const { verdict, recovered, workload, objects, nodesReady, podsAreTheSame } = told;
  const { verdict: again } = readVerdict(await scene.recover(["--plan-only", "-o", "json"]));
  story.say();
  story.mark(told.verdictSeconds < 10, "the verdict in 10 s", `${told.verdictSeconds} s`);
  story.mark(nodesReady === cluster.nodes.length, "every node is Ready", `${nodesReady}`);
  story.mark(
    workload.failures.length === 0,
    "the application answered all the time",
    `${workload.failures.length} of ${workload.tried} requests failed`,
  );
  story.mark(podsAreTheSame, "its containers ran on", podsAreTheSame ? "same pods" : "other pods");
  story.mark(
    objects.lost.length === 0,
    "every object is there",
    `${objects.before} before, ${objects.lost.length} lost, ${objects.same} untouched`,
  );
  story.mark(again.case === "sound", "a second look finds nothing to do", again.title);
  for (const one of [...workload.failures, ...objects.lost]) story.say(`  ${one}`);
  if (!podsAreTheSame || again.case !== "sound") throw new Error("not all is as before; see above");
  return {
    masters,
    case: verdict.verdict.case,
    seconds: recovered.seconds,
    apiGapSeconds: told.apiGapSeconds,
    workloadFailures: workload.failures.length,
    lostObjects: objects.lost.length,
    nodesReady,
  };
};
