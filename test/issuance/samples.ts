import type { IssueRequest } from "../../src/core/issuance/request.ts";

/** What to ask each leaf profile for, so that its certificate is a typical one. */
export const samples: Readonly<Record<string, IssueRequest>> = {
  "tls-server": { altNames: ["registry.example.com", "*.apps.example.com"], ipSans: ["192.0.2.7"] },
  "tls-client": { commonName: "reporting" },
  "etcd-server": { commonName: "etcd-1.example.com", ipSans: ["192.0.2.11"] },
  "etcd-server-gateway": { commonName: "etcd-1.example.com", ipSans: ["192.0.2.11"] },
  "etcd-peer": { commonName: "etcd-1.example.com", ipSans: ["192.0.2.11", "2001:db8::11"] },
  "etcd-client": { commonName: "root" },
  "kube-apiserver": { altNames: ["node-1"], ipSans: ["10.96.0.1", "192.0.2.10"] },
  "kubeadm-etcd-server": { commonName: "node-1", altNames: ["node-1"], ipSans: ["192.0.2.10"] },
  "kubeadm-etcd-peer": { commonName: "node-1", altNames: ["node-1"], ipSans: ["192.0.2.10"] },
  "kubelet-client": { commonName: "node-1" },
  "kubelet-server": { commonName: "node-1", altNames: ["node-1"], ipSans: ["192.0.2.10"] },
};
