import type { KeyId } from "../../model/certificate.ts";
import type { Phase } from "../../model/plan.ts";
import { situationOf, type Situation } from "../cases.ts";
import type { PodFound } from "../facts.ts";
import { judgeFiles } from "../judge.ts";
import type { KnownCluster } from "../known-cluster.ts";
import { recoveryPhases } from "../plan.ts";
import type { SnapshotFound } from "../steps.ts";
import type { TreeProgram } from "../tree.ts";
import { madeUp, type MadeUp } from "./made-up-tree.ts";

const pod = (program: TreeProgram, node: string): PodFound => ({
  program,
  node,
  image: `${program}:v1`,
  command: [program],
  mounts: [],
  requests: {},
});

const clusterOf = (masters: readonly string[], askToServe: boolean): KnownCluster => ({
  name: "kubernetes",
  version: "1.35.4",
  endpoint: { host: "10.0.0.9", port: 6443 },
  port: 6443,
  serverNames: ["10.96.0.1", "10.0.0.9"],
  dnsDomain: "cluster.local",
  etcdNames: [],
  etcdDataDirectory: "/var/lib/etcd",
  stacked: true,
  masters: masters.map((name, i) => ({
    name,
    address: `10.0.0.${i + 1}`,
    pods: {
      etcd: pod("etcd", name),
      "kube-apiserver": pod("kube-apiserver", name),
      "kube-controller-manager": pod("kube-controller-manager", name),
      "kube-scheduler": pod("kube-scheduler", name),
    },
  })),
  workers: [{ name: "w1", address: "10.0.0.8" }],
  askingNodes: askToServe
    ? [...masters, "w1"].map((name, i) => ({ name, names: [name, `10.0.0.${i + 1}`] }))
    : [],
});

export interface MadeUpRecovery {
  readonly situation: Situation;
  readonly cluster: KnownCluster;
  readonly phases: readonly Phase[];
}

/** What would be done about such a tree, from outside, with one worker. */
export const madeUpRecovery = (
  options: MadeUp,
  tokenKeys: readonly string[] = [],
  restoreFrom?: string,
  snapshot?: SnapshotFound,
): MadeUpRecovery => {
  const facts = madeUp(options);
  const issuer = (name: string) => ({ issuer: name, generation: 1 });
  const issuers = {
    ca: issuer("kubernetes-ca"),
    "front-proxy-ca": issuer("front-proxy-ca"),
    "etcd/ca": issuer("etcd-ca"),
    sa: issuer("service-account-keys"),
  };
  const situation = situationOf(facts, judgeFiles(facts));
  const cluster = clusterOf(options.masters, options.askToServe === true);
  const phases = recoveryPhases(situation, {
    cluster,
    issuers,
    directory: facts.directory,
    tokenKeys: tokenKeys.map((pem) => ({ key: `key of ${pem}` as KeyId, pem })),
    copyTo: "/var/lib/certwright/copy",
    operatorKubeconfig: "/home/operator/kubeconfig",
    workers: ["w1"],
    asksBefore: false,
    ...(restoreFrom === undefined ? {} : { restoreFrom }),
    ...(snapshot === undefined ? {} : { snapshot }),
  });
  return { situation, cluster, phases };
};
