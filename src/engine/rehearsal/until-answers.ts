import type { KubernetesCluster } from "../../core/model/estate.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";
import { attempt } from "../rotation/attempt.ts";
import { leaseFacts } from "../rotation/kubernetes/lease.ts";
import { openApis, type Apis } from "../rotation/kubernetes/apis.ts";
import type { RotationPorts } from "../rotation/ports.ts";

const betweenLooks = 500;
const callDeadline = 5000;

/** Undefined once every API server says that it is ready; else why the last one that is not is not. */
export const untilAnswers = (
  ports: RotationPorts,
  cluster: KubernetesCluster,
  deadline: number,
): Promise<string | undefined> =>
  until(ports, cluster, deadline, async (apis) => {
    for (const node of cluster.controlPlane) {
      const { status, body } = await (await apis.open(node)).text("/readyz");
      if (status !== 200)
        return `kube-apiserver of ${node.name}: HTTP ${status}: ${firstLine(body)}`;
    }
    return undefined;
  });

/** Undefined once that machine's program leads; a lease of the original's has to run out before. */
export const untilLed = (
  ports: RotationPorts,
  cluster: KubernetesCluster,
  { program, by }: { readonly program: string; readonly by: string },
  deadline: number,
): Promise<string | undefined> => {
  const since = ports.clock.now();
  return until(ports, cluster, deadline, async (apis) => {
    const lease = leaseFacts(await leaseOf(await apis.open(), program));
    const led = lease?.holder.startsWith(`${by}_`) === true && lease.renewedAt > since;
    return led ? undefined : `${program} of ${by} does not lead`;
  });
};

const leaseOf = (api: KubernetesApi, program: string) =>
  api.get(`/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/${program}`);

const firstLine = (text: string): string => text.split("\n")[0]!.slice(0, 200);

const until = async (
  ports: RotationPorts,
  cluster: KubernetesCluster,
  deadline: number,
  look: (apis: Apis) => Promise<string | undefined>,
): Promise<string | undefined> => {
  const end = ports.clock.now() + deadline;
  const apis = openApis(ports, cluster, callDeadline);
  try {
    for (;;) {
      const seen = await attempt(() => look(apis));
      const why = seen.ok ? seen.value : seen.why;
      if (why === undefined || ports.clock.now() >= end) return why;
      await ports.timer.sleep(betweenLooks);
    }
  } finally {
    apis.close();
  }
};
