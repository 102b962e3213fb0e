/** Of a pod's status, why it is not ready, as the API has it. */
export interface StartingPod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly reason?: string };
  };
}

/** Messages of the scheduler name every node of a cluster. */
const longest = 200;

/** What keeps it from being ready, in words; undefined: it is ready, or done. */
export const podTrouble = ({ metadata, spec, status = {} }: StartingPod): string | undefined => {
  const { deletionTimestamp } = metadata;
  const name = `${metadata.name}${spec?.nodeName === undefined ? "" : ` on ${spec.nodeName}`}`;
  if (status.phase === "Succeeded") return undefined;
  if (deletionTimestamp !== undefined) return `pod ${name} is ending`;
  const { conditions = [], initContainerStatuses = [], containerStatuses = [] } = status;
  const conditionOf = (type: string) => conditions.find((one) => one.type === type);
  if (conditionOf("Ready")?.status === "True") return undefined;
  const scheduled = conditionOf("PodScheduled");
  if (scheduled?.status === "False") {
    return `pod ${name} has no node: ${cut(scheduled.message ?? scheduled.reason ?? "not said why")}`;
  }
  for (const { name: container, state = {} } of [...initContainerStatuses, ...containerStatuses]) {
    const { waiting, terminated } = state;
    if (waiting?.reason !== undefined) {
      const more = waiting.message === undefined ? "" : `: ${cut(waiting.message)}`;
      return `pod ${name}, container ${container}: ${waiting.reason}${more}`;
    }
    if (terminated?.reason !== undefined && terminated.reason !== "Completed") {
      return `pod ${name}, container ${container} ended: ${terminated.reason}`;
    }
  }
  const unready = containerStatuses.find(({ ready }) => ready !== true);
  return unready === undefined
    ? `pod ${name} is ${status.phase ?? "new"} and not ready`
    : `pod ${name}, container ${unready.name} runs and is not ready`;
};

/** Of a node's status, as the API has it. */
export interface NodeConditions {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

/** Why no pod of the node gets anywhere, in words; undefined: its kubelet says that it is ready. */
export const nodeTrouble = ({ metadata, status }: NodeConditions): string | undefined => {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (ready === undefined || ready.status === "True") return undefined;
  return `node ${metadata.name} is not ready${ready.message === undefined ? "" : `: ${cut(ready.message.replace(/\.$/, ""))}`}`;
};

const cut = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest)}…`;
