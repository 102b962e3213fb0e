/** Which API server, and as whom. */
export interface KubernetesTarget {
  /** Absolute path of a kubeconfig, read anew for each connection: a rotation changes what is in it. */
  readonly kubeconfig: string;
  /** One server instead of what the kubeconfig names; its certificate is verified for this host. */
  readonly server?: { readonly host: string; readonly port: number };
  /** PEM of CAs that are trusted besides the kubeconfig's: those of a rotation that is under way. */
  readonly trust?: string;
  /** Each call makes a connection of its own. */
  readonly reuse?: false;
  /** Milliseconds for one call, connecting included. */
  readonly deadline: number;
}

/** As the API gives it: plain JSON. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly uid?: string;
    readonly creationTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    /** Who wrote which of its fields, and when. */
    readonly managedFields?: readonly { readonly manager?: string; readonly time?: string }[];
  };
  readonly [field: string]: unknown;
}

/** How a patch is to be understood: RFC 7386, RFC 6902, or Kubernetes' own. */
export type KubernetesPatch = "merge" | "json" | "strategic";

/**
 * Calls to one API server. Paths are those of its REST API ("/api/v1/namespaces/kube-system/configmaps/x?…"). Every
 * call throws kubernetes.*: unreachable, not trusted, unauthorized, forbidden (with verb and resource), conflict, late.
 */
export interface KubernetesApi {
  /** Undefined when there is no such object (404). */
  get(path: string): Promise<KubernetesObject | undefined>;
  /** One object after the other, fetched page by page: never all of them in memory. */
  list(path: string, options?: { readonly pageSize?: number }): AsyncIterable<KubernetesObject>;
  patch(path: string, kind: KubernetesPatch, body: unknown): Promise<KubernetesObject>;
  create(path: string, body: unknown): Promise<KubernetesObject>;
  /** True when it was there. */
  delete(path: string): Promise<boolean>;
  /** Any path: "/readyz?verbose", "/version". Does not throw for a status. */
  text(path: string): Promise<{ readonly status: number; readonly body: string }>;
  close(): void;
}

export interface Kubernetes {
  /** Reads the kubeconfig; connects with the first call. Throws kubernetes.kubeconfig. */
  open(target: KubernetesTarget): Promise<KubernetesApi>;
}
