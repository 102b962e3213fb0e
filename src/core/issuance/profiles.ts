import { failure } from "../errors/certwright-error.ts";
import { nearest } from "../text/nearest.ts";
import type { Profile } from "./profile.ts";
import { etcdCa } from "./profiles/etcd-ca.ts";
import { etcdClient } from "./profiles/etcd-client.ts";
import { etcdPeer } from "./profiles/etcd-peer.ts";
import { etcdServer } from "./profiles/etcd-server.ts";
import { etcdServerGateway } from "./profiles/etcd-server-gateway.ts";
import { frontProxyCa } from "./profiles/front-proxy-ca.ts";
import { frontProxyClient } from "./profiles/front-proxy-client.ts";
import { kubeApiserver } from "./profiles/kube-apiserver.ts";
import { kubeApiserverEtcdClient } from "./profiles/kube-apiserver-etcd-client.ts";
import { kubeApiserverKubeletClient } from "./profiles/kube-apiserver-kubelet-client.ts";
import { kubeControllerManager } from "./profiles/kube-controller-manager.ts";
import { kubeScheduler } from "./profiles/kube-scheduler.ts";
import { kubeadmEtcdHealthcheckClient } from "./profiles/kubeadm-etcd-healthcheck-client.ts";
import { kubeadmEtcdPeer } from "./profiles/kubeadm-etcd-peer.ts";
import { kubeadmEtcdServer } from "./profiles/kubeadm-etcd-server.ts";
import { kubeletClient } from "./profiles/kubelet-client.ts";
import { kubeletServer } from "./profiles/kubelet-server.ts";
import { kubernetesAdmin } from "./profiles/kubernetes-admin.ts";
import { kubernetesCa } from "./profiles/kubernetes-ca.ts";
import { kubernetesSuperAdmin } from "./profiles/kubernetes-super-admin.ts";
import { meshCa } from "./profiles/mesh-ca.ts";
import { tlsClient } from "./profiles/tls-client.ts";
import { tlsServer } from "./profiles/tls-server.ts";

/** All built-in profiles, grouped as the documentation shows them. */
export const profiles: readonly Profile[] = [
  tlsServer,
  tlsClient,
  etcdCa,
  etcdServer,
  etcdServerGateway,
  etcdPeer,
  etcdClient,
  kubernetesCa,
  kubeApiserver,
  kubeApiserverKubeletClient,
  kubeApiserverEtcdClient,
  frontProxyCa,
  frontProxyClient,
  kubeadmEtcdServer,
  kubeadmEtcdPeer,
  kubeadmEtcdHealthcheckClient,
  kubernetesAdmin,
  kubernetesSuperAdmin,
  kubeletClient,
  kubeletServer,
  kubeControllerManager,
  kubeScheduler,
  meshCa,
];

/** The built-in profile of that name. Throws issuance.no-profile with the nearest name. */
export const profileOf = (name: string): Profile => {
  const found = profiles.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  const known = profiles.map((profile) => profile.name);
  const near = nearest(name, known);
  throw failure("issuance.no-profile", {
    name,
    known,
    ...(near === undefined ? {} : { nearest: near }),
  });
};
