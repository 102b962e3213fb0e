/** Where kubeadm puts things; nobody can move the first one (constants.KubernetesDir), certificatesDir moves the second. */
export const kubernetesDirectory = "/etc/kubernetes";
export const pkiDirectory = `${kubernetesDirectory}/pki`;

/** Programs in static pods on each control plane node, by the file of their manifest without ".yaml". */
export const staticPrograms = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "etcd",
] as const;

export type StaticProgram = (typeof staticPrograms)[number];

export const manifestOf = (program: StaticProgram): string =>
  `${kubernetesDirectory}/manifests/${program}.yaml`;

/** Flags of the files that a rotation writes, as kubeadm sets them (cmd/kubeadm/app/phases/controlplane, etcd). */
export const expectedFlags: Readonly<
  Record<StaticProgram, Readonly<Record<string, string | readonly string[]>>>
> = {
  "kube-apiserver": {
    "client-ca-file": `${pkiDirectory}/ca.crt`,
    "tls-cert-file": `${pkiDirectory}/apiserver.crt`,
    "tls-private-key-file": `${pkiDirectory}/apiserver.key`,
    "kubelet-client-certificate": `${pkiDirectory}/apiserver-kubelet-client.crt`,
    "requestheader-client-ca-file": `${pkiDirectory}/front-proxy-ca.crt`,
    "proxy-client-cert-file": `${pkiDirectory}/front-proxy-client.crt`,
  },
  "kube-controller-manager": {
    kubeconfig: `${kubernetesDirectory}/controller-manager.conf`,
    "client-ca-file": `${pkiDirectory}/ca.crt`,
    "root-ca-file": `${pkiDirectory}/ca.crt`,
    "requestheader-client-ca-file": `${pkiDirectory}/front-proxy-ca.crt`,
    // The second one while a rotation of ours is open.
    "cluster-signing-cert-file": [`${pkiDirectory}/ca.crt`, `${pkiDirectory}/ca-signer.crt`],
  },
  "kube-scheduler": { kubeconfig: `${kubernetesDirectory}/scheduler.conf` },
  etcd: {
    "trusted-ca-file": `${pkiDirectory}/etcd/ca.crt`,
    "peer-trusted-ca-file": `${pkiDirectory}/etcd/ca.crt`,
    "cert-file": `${pkiDirectory}/etcd/server.crt`,
    "peer-cert-file": `${pkiDirectory}/etcd/peer.crt`,
  },
};

/** API servers of a stacked etcd have this as well. */
export const stackedFlags: Readonly<Record<string, string>> = {
  "etcd-cafile": `${pkiDirectory}/etcd/ca.crt`,
  "etcd-certfile": `${pkiDirectory}/apiserver-etcd-client.crt`,
};

/** A file that has to be the same on every control plane node. */
export interface SharedFile {
  readonly path: string;
  /** Certificates are compared; of the others only the digest is asked for. */
  readonly certificates: boolean;
  /** Only where etcd is on the same nodes. */
  readonly etcd: boolean;
}

export const sharedFiles: readonly SharedFile[] = [
  { path: `${pkiDirectory}/ca.crt`, certificates: true, etcd: false },
  { path: `${pkiDirectory}/ca.key`, certificates: false, etcd: false },
  { path: `${pkiDirectory}/front-proxy-ca.crt`, certificates: true, etcd: false },
  { path: `${pkiDirectory}/front-proxy-ca.key`, certificates: false, etcd: false },
  { path: `${pkiDirectory}/etcd/ca.crt`, certificates: true, etcd: true },
  { path: `${pkiDirectory}/etcd/ca.key`, certificates: false, etcd: true },
  { path: `${pkiDirectory}/sa.key`, certificates: false, etcd: false },
  { path: `${pkiDirectory}/sa.pub`, certificates: false, etcd: false },
];

/** Files of any node that hold the cluster's CA beside those of kubeadm: the operator's copy, network plugins, a join. */
export const otherHolderFiles = [
  "/root/.kube/config",
  "/etc/cni/net.d/calico-kubeconfig",
  "/etc/cni/net.d/multus.d/multus.kubeconfig",
  `${kubernetesDirectory}/bootstrap-kubelet.conf`,
] as const;
