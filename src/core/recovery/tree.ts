// Every file that kubeadm lays on a node, of Kubernetes 1.35 and 1.36: cmd/kubeadm/app/phases/certs/certlist.go (names,
// issuers, usages), util/pkiutil/pki_helpers.go and client-go util/keyutil/key.go (modes), phases/kubeconfig/kubeconfig.go,
// phases/controlplane/manifests.go, phases/kubelet; below its directory, /etc/kubernetes, unless the path is absolute.

/** A CA of the tree, as its files below pki are called. */
export const treeCas = ["ca", "front-proxy-ca", "etcd/ca"] as const;
export type TreeCa = (typeof treeCas)[number];

/** Static pods of the control plane, in the order in which they need each other. */
export const treePrograms = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
] as const;
export type TreeProgram = (typeof treePrograms)[number];

interface Common {
  readonly path: string;
  readonly mode: number;
  /** "master": control plane nodes only. */
  readonly on: "master" | "every";
  /** Only where etcd is on the control plane's nodes. */
  readonly stacked?: true;
  /** A sound tree may lack it, and why. */
  readonly optional?: string;
}

export type TreeFile = Common &
  (
    | { readonly kind: "ca"; readonly ca: TreeCa }
    | { readonly kind: "ca-key"; readonly ca: TreeCa; readonly belongsTo: string }
    /** `profile`: the issuance profile that tells its names and usages. */
    | { readonly kind: "certificate"; readonly ca: TreeCa; readonly profile: string }
    | { readonly kind: "key"; readonly belongsTo: string }
    | { readonly kind: "token-public-key" }
    | { readonly kind: "token-key"; readonly belongsTo: string }
    /** `server`: "local": the node's own API server; "endpoint": what all dial. */
    | {
        readonly kind: "kubeconfig";
        readonly ca: "ca";
        readonly profile: string;
        readonly server: "local" | "endpoint";
      }
    | { readonly kind: "manifest"; readonly program: TreeProgram }
    /** Certificate and key in one file, which a link leads to. */
    | { readonly kind: "kubelet-pem"; readonly ca: "ca"; readonly profile: string }
  );

const ca = (name: TreeCa, on: Common["on"]): readonly TreeFile[] => {
  const stacked = name === "etcd/ca" ? ({ stacked: true } as const) : {};
  const path = `pki/${name}.crt`;
  return [
    { kind: "ca", ca: name, path, mode: 0o644, on, ...stacked },
    {
      kind: "ca-key",
      ca: name,
      belongsTo: path,
      path: `pki/${name}.key`,
      mode: 0o600,
      on: "master",
      optional: "an external CA keeps its key elsewhere",
      ...stacked,
    },
  ];
};

const leaf = (signer: TreeCa, name: string, profile: string): readonly TreeFile[] => {
  const stacked =
    signer === "etcd/ca" ? ({ on: "master", stacked: true } as const) : ({ on: "master" } as const);
  const path = `pki/${name}.crt`;
  return [
    { kind: "certificate", ca: signer, profile, path, mode: 0o644, ...stacked },
    { kind: "key", belongsTo: path, path: `pki/${name}.key`, mode: 0o600, ...stacked },
  ];
};

const kubeconfig = (
  name: string,
  profile: string,
  server: "local" | "endpoint",
  optional?: string,
): TreeFile => ({
  kind: "kubeconfig",
  ca: "ca",
  profile,
  server,
  path: `${name}.conf`,
  mode: 0o600,
  on: name === "kubelet" ? "every" : "master",
  ...(optional === undefined ? {} : { optional }),
});

const manifest = (program: TreeProgram): TreeFile => ({
  kind: "manifest",
  program,
  path: `manifests/${program}.yaml`,
  mode: 0o600,
  on: "master",
  ...(program === "etcd" ? { stacked: true } : {}),
});

/** In the order in which a recovery makes them. */
export const tree: readonly TreeFile[] = [
  ...ca("etcd/ca", "master"),
  ...leaf("etcd/ca", "etcd/server", "kubeadm-etcd-server"),
  ...leaf("etcd/ca", "etcd/peer", "kubeadm-etcd-peer"),
  ...leaf("etcd/ca", "etcd/healthcheck-client", "kubeadm-etcd-healthcheck-client"),
  ...leaf("etcd/ca", "apiserver-etcd-client", "kube-apiserver-etcd-client"),
  ...ca("ca", "every"),
  ...leaf("ca", "apiserver", "kube-apiserver"),
  ...leaf("ca", "apiserver-kubelet-client", "kube-apiserver-kubelet-client"),
  ...ca("front-proxy-ca", "master"),
  ...leaf("front-proxy-ca", "front-proxy-client", "front-proxy-client"),
  // kubeadm writes the public key as a key (pkiutil.WritePublicKey), hence its mode.
  { kind: "token-public-key", path: "pki/sa.pub", mode: 0o600, on: "master" },
  { kind: "token-key", belongsTo: "pki/sa.pub", path: "pki/sa.key", mode: 0o600, on: "master" },
  kubeconfig(
    "super-admin",
    "kubernetes-super-admin",
    "endpoint",
    "since 1.29, on the first master only",
  ),
  kubeconfig("admin", "kubernetes-admin", "endpoint"),
  kubeconfig("controller-manager", "kube-controller-manager", "local"),
  kubeconfig("scheduler", "kube-scheduler", "local"),
  kubeconfig("kubelet", "kubelet-client", "endpoint"),
  {
    kind: "kubelet-pem",
    ca: "ca",
    profile: "kubelet-client",
    path: "/var/lib/kubelet/pki/kubelet-client-current.pem",
    mode: 0o600,
    on: "every",
  },
  ...treePrograms.map(manifest),
];

/** Absolute path of one of them. */
export const treePath = (directory: string, { path }: Pick<TreeFile, "path">): string =>
  path.startsWith("/") ? path : `${directory}/${path}`;
