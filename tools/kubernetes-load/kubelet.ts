import type { Availability } from "./availability.ts";
import type { Answer, Endpoint } from "./connection.ts";
import { attempt, record, request, type Caller, type Surroundings } from "./failover.ts";

/** Pods by their namespace and labels. */
export interface Pods {
  readonly namespace: string;
  /** As the API takes it: `k8s-app=kube-proxy`. */
  readonly selector: string;
  /** What can be executed in them, and prints something. */
  readonly command: readonly string[];
}

export interface KubeletCallers {
  readonly logs: Caller;
  readonly exec: Caller;
}

/** A kubelet that is restarted answers again within seconds, on a busy machine later. */
const deadline = 30_000;

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
    readonly status: {
      readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    };
  }[];
}

/**
 * Reads the logs of such a pod, and executes a command in it, another one each turn: the API server asks the node's
 * kubelet with its client certificate. A pod that was replaced meanwhile is looked for again, a kubelet that does not
 * listen asked again.
 */
export const askKubelet = async (
  around: Surroundings,
  { logs, exec }: KubeletCallers,
  servers: readonly Endpoint[],
  pods: Pods,
  turn: number,
): Promise<void> => {
  const command = pods.command.map((word) => `&command=${encodeURIComponent(word)}`).join("");
  await askForPod(around, logs, logs, servers, pods, turn, "log?tailLines=1");
  await askForPod(
    around,
    exec,
    logs,
    servers,
    pods,
    turn,
    `exec?stdout=true&stderr=true${command}`,
  );
};

const askForPod = async (
  around: Surroundings,
  caller: Caller,
  lister: Caller,
  servers: readonly Endpoint[],
  { namespace, selector }: Pods,
  turn: number,
  subresource: string,
): Promise<void> => {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  for (let round = 0; ; round++) {
    const list = await request(around, lister, servers, {
      operation: "list",
      method: "GET",
      path: `${path}?labelSelector=${encodeURIComponent(selector)}`,
    });
    if (list === undefined) return;
    const ready = (JSON.parse(list) as PodList).items.filter(
      ({ metadata, status }) =>
        metadata.deletionTimestamp === undefined &&
        status.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true,
    );
    const pod = ready[turn % Math.max(1, ready.length)];
    if (pod === undefined) return;
    const asked = await attempt(around, caller, servers, {
      operation: caller.client,
      method: "GET",
      path: `${path}/${pod.metadata.name}/${subresource}`,
      deadline,
      again: isKubeletAway,
    });
    if (!asked.ok && round === 0 && isGone(asked.answer)) continue;
    const away =
      isUndecided(asked.answer) && (await wasAnyAway(around.availability, servers, asked.sentAt));
    record(around.recorder, caller.client, caller.client, { ...asked, away });
    return;
  }
};

/**
 * The API server's words for a kubelet that does not listen, or stopped while it answered; and the kubelet's own for
 * pods of which it has not heard again since its start. An API server that has a new certificate for kubelets closes its
 * connections to them, now and then one on which it has not sent a request yet (client-go, cert_rotation.go).
 * Certificates that are refused are another matter.
 */
const isKubeletAway = (answer: Answer): boolean =>
  answer.kind === "status" &&
  !/x509|tls:/.test(answer.body) &&
  (answer.status >= 500
    ? /connection refused|connection reset|EOF|use of closed network|pod does not exist/.test(
        answer.body,
      )
    : answer.status === 404 && answer.body.includes("pods/log"));

/**
 * The kubelet could ask no API server whether we may. A master's kubelet asks its own alone (kubeadm,
 * ControlPlaneKubeletLocalMode), and cannot answer while that one is restarted.
 */
const isUndecided = (answer: Answer): boolean =>
  answer.kind === "status" && answer.status === 500 && answer.body.includes("Authorization error");

const wasAnyAway = async (
  availability: Availability,
  servers: readonly Endpoint[],
  at: number,
): Promise<boolean> => {
  const away = await Promise.all(servers.map((server) => availability.wasAway(server, at)));
  return away.includes(true);
};

/** Deleted, or its container not there yet. */
const isGone = (answer: Answer): boolean =>
  answer.kind === "status" && (answer.status === 404 || answer.status === 400);
