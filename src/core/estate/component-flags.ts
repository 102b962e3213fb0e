import type { ControlPlaneProgram } from "../model/estate.ts";

/** Flags of a program that lead to certificates and keys of a cluster's CAs, and to the keys of its tokens. */
export interface ComponentFlags {
  /** Without one of these it would be no cluster that has CAs to rotate. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Certificate and key: both or none. */
  readonly pairs: readonly (readonly [certificate: string, key: string])[];
}

/** By its name in https://kubernetes.io/docs/reference/command-line-tools-reference/. */
export const componentFlags: Readonly<Record<ControlPlaneProgram, ComponentFlags>> = {
  "kube-apiserver": {
    required: ["client-ca-file", "tls-cert-file", "tls-private-key-file"],
    optional: [
      "kubelet-client-certificate",
      "kubelet-client-key",
      "etcd-cafile",
      "etcd-certfile",
      "etcd-keyfile",
      "requestheader-client-ca-file",
      "proxy-client-cert-file",
      "proxy-client-key-file",
      "service-account-key-file",
      "service-account-signing-key-file",
    ],
    pairs: [
      ["kubelet-client-certificate", "kubelet-client-key"],
      ["etcd-certfile", "etcd-keyfile"],
      ["proxy-client-cert-file", "proxy-client-key-file"],
    ],
  },
  "kube-controller-manager": {
    required: ["kubeconfig", "root-ca-file"],
    optional: [
      "client-ca-file",
      "requestheader-client-ca-file",
      "cluster-signing-cert-file",
      "cluster-signing-key-file",
      "service-account-private-key-file",
    ],
    pairs: [["cluster-signing-cert-file", "cluster-signing-key-file"]],
  },
  "kube-scheduler": {
    required: ["kubeconfig"],
    optional: [],
    pairs: [],
  },
};
