import type { Estate, EtcdCluster } from "../model/estate.ts";

/** The estate's etcd: a cluster of its own, or the one whose members stand on a Kubernetes control plane's nodes. */
export const etcdOf = ({ etcd, kubernetes }: Estate): EtcdCluster | undefined =>
  etcd ?? kubernetes?.etcd;
