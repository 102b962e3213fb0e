import { workloadWords, type LeftOut } from "../../core/applications/choose.ts";
import { readsByItself } from "../../core/plan/reads-by-itself.ts";
import { inCluster } from "../../programs/client-go/in-cluster.ts";
import { readingOf } from "../../programs/kubernetes/slot.ts";

/** What Kubernetes' own programs call themselves: "kube-proxy/v1.36.1 (linux/amd64) kubernetes/756939600b9a" (client-go rest/config.go). */
const ofKubernetes = /^\S+\/v(1\.\d+)\.\S+ \([^)]*\) kubernetes\/[0-9a-f]/;

/**
 * "DaemonSet kube-system/kube-proxy", and when it calls itself by a version whose client-go reads its CA again while it
 * runs, that: its own word, and a hint only, for others call themselves what they like.
 */
export const leftOutWords = (left: LeftOut): string => {
  const { agents = [] } = left;
  const again = agents.filter((agent) => {
    const version = ofKubernetes.exec(agent)?.[1];
    return version !== undefined && readsByItself(readingOf(inCluster, version));
  });
  const isAll = agents.length > 0 && again.length === agents.length;
  const words = workloadWords(left);
  return isAll
    ? `${words} (calls itself ${again[0]!.split(" ")[0]}, which may read it again by itself)`
    : words;
};
