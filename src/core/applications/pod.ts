/** What is looked at of a pod, as the API has it. */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly creationTimestamp?: string;
    /** It is about to end. */
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly controller?: boolean;
    }[];
  };
  readonly spec?: {
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly volumes?: readonly Volume[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly containerStatuses?: readonly {
      readonly state?: { readonly running?: { readonly startedAt?: string } };
    }[];
  };
}

interface Container {
  /** Of an init container, "Always": it runs beside the others (a sidecar). */
  readonly restartPolicy?: string;
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly volumeMounts?: readonly { readonly name: string }[];
}

interface Volume {
  readonly name?: string;
  readonly hostPath?: { readonly path?: string };
  readonly projected?: {
    readonly sources?: readonly {
      readonly serviceAccountToken?: { readonly audience?: string };
      readonly configMap?: { readonly name?: string };
    }[];
  };
}

/** Containers that are there for as long as the pod: an init container has ended before those start. */
const lasting = ({ spec = {} }: Pod): readonly Container[] => [
  ...(spec.containers ?? []),
  ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always"),
];

/**
 * Whether a program of the pod has the cluster's CA before it: a container mounts a volume with kube-root-ca.crt in it,
 * as the ServiceAccount admission gives every pod that does not say automountServiceAccountToken: false. Pods of the
 * kubelet's own manifests have none.
 */
export const mountsRootCa = (pod: Pod): boolean => {
  const volumes = (pod.spec?.volumes ?? []).filter(({ projected }) =>
    projected?.sources?.some(({ configMap }) => configMap?.name === "kube-root-ca.crt"),
  );
  if (volumes.length === 0) return false;
  const names = new Set(volumes.map(({ name }) => name));
  return lasting(pod).some(({ volumeMounts = [] }) =>
    volumeMounts.some(({ name }) => names.has(name)),
  );
};

/** Whether its containers will not run again. */
export const hasEnded = ({ status }: Pick<Pod, "status">): boolean =>
  status?.phase === "Succeeded" || status?.phase === "Failed";

/** Where the network's plugins of a node lie, and their configuration (kubelet's and containerd's defaults). */
const networkFolders = ["/etc/cni", "/opt/cni"];

/** Whether it puts a network plugin on its node. */
export const bringsNetwork = ({ spec }: Pod): boolean =>
  (spec?.volumes ?? []).some(({ hostPath }) =>
    networkFolders.some((folder) => `${hostPath?.path ?? ""}/`.startsWith(`${folder}/`)),
  );

/** Whether it takes the ports of the web on its node. */
export const takesWebPorts = (pod: Pod): boolean =>
  lasting(pod).some(({ ports = [] }) =>
    ports.some(({ hostPort }) => hostPort === 80 || hostPort === 443),
  );
