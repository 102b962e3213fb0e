import type { RestartRule } from "../kubernetes/slot.ts";

export const restartRules: readonly RestartRule[] = [
  {
    rule: "One API server at a time, and only while another one is ready",
    why: "clients that dial the endpoint reach one that answers; each answers for all",
    source: "kubernetes.io/docs, Options for Highly Available Topology",
  },
  {
    rule: "With a single API server a restart is a gap of the API, which the plan announces",
    why: "the pods go on running, and nothing can be asked or changed for some seconds",
    source: "cmd/kube-apiserver/app/server.go, Run",
  },
  {
    rule: "Ready means: /readyz answers ok on its own address",
    why: "the port answers before the caches and the connection to etcd are there",
    source: "apiserver pkg/server/healthz.go, readyz",
  },
  {
    rule: "Restarted means: the process began after the files changed",
    why: "the pool of etcd's CAs is made once",
    source: "apiserver pkg/storage/storagebackend/factory/etcd3.go",
  },
];
