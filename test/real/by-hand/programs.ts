import { stringify } from "yaml";
import { componentProgram } from "../../../tools/components/cache.ts";
import { kubeletConfiguration } from "../cluster/kubeadm.ts";

/** Where an operator has put things. /srv is a host's own; nothing of it is where kubeadm would have it. */
export const places = {
  ssl: "/srv/kube/ssl",
  configuration: "/srv/kube/conf",
  store: "/srv/store/ssl",
  data: "/srv/store/data",
} as const;

export const apiPort = 6443;

/** Programs with their flags, by the name of the unit. */
export type Units = Readonly<Record<string, readonly string[]>>;

const program = (component: "kubernetes" | "etcd", name: string): string => {
  const found = componentProgram(component, name);
  if (found === undefined) throw new Error(`npm run components ${component}`);
  return found;
};

const words = (file: string, flags: Readonly<Record<string, string>>): readonly string[] => [
  file,
  ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
];

interface Machine {
  readonly name: string;
  readonly address: string;
}

/** A member of the external etcd, whose CA is peers', servers' and clients'. */
export const etcdUnits = (own: Machine, all: readonly Machine[]): Units => ({
  etcd: words(program("etcd", "etcd"), {
    name: own.name,
    "data-dir": places.data,
    "listen-client-urls": `https://${own.address}:2379`,
    "advertise-client-urls": `https://${own.address}:2379`,
    "listen-peer-urls": `https://${own.address}:2380`,
    "initial-advertise-peer-urls": `https://${own.address}:2380`,
    "initial-cluster": all.map(({ name, address }) => `${name}=https://${address}:2380`).join(","),
    "initial-cluster-token": "by-hand",
    "client-cert-auth": "true",
    "peer-client-cert-auth": "true",
    "trusted-ca-file": `${places.store}/ca.pem`,
    "peer-trusted-ca-file": `${places.store}/ca.pem`,
    "cert-file": `${places.store}/server.pem`,
    "key-file": `${places.store}/server-key.pem`,
    "peer-cert-file": `${places.store}/peer.pem`,
    "peer-key-file": `${places.store}/peer-key.pem`,
    "unsafe-no-fsync": "true",
  }),
});

export const masterUnits = (own: Machine, members: readonly Machine[]): Units => {
  const { ssl, configuration } = places;
  return {
    "kube-apiserver": words(program("kubernetes", "kube-apiserver"), {
      "advertise-address": own.address,
      "authorization-mode": "Node,RBAC",
      "secure-port": String(apiPort),
      "client-ca-file": `${ssl}/ca.pem`,
      "etcd-servers": members.map(({ address }) => `https://${address}:2379`).join(","),
      "etcd-cafile": `${ssl}/etcd-ca.pem`,
      "etcd-certfile": `${ssl}/etcd-client.pem`,
      "etcd-keyfile": `${ssl}/etcd-client-key.pem`,
      // The first that there is; API servers know no names of workers.
      "kubelet-preferred-address-types": "InternalIP",
      "kubelet-client-certificate": `${ssl}/kubelet-client.pem`,
      "kubelet-client-key": `${ssl}/kubelet-client-key.pem`,
      "proxy-client-cert-file": `${ssl}/aggregator.pem`,
      "proxy-client-key-file": `${ssl}/aggregator-key.pem`,
      "requestheader-client-ca-file": `${ssl}/aggregator-ca.pem`,
      "requestheader-allowed-names": "aggregator",
      "requestheader-extra-headers-prefix": "X-Remote-Extra-",
      "requestheader-group-headers": "X-Remote-Group",
      "requestheader-username-headers": "X-Remote-User",
      "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
      "service-account-key-file": `${ssl}/service-accounts.pem`,
      "service-account-signing-key-file": `${ssl}/service-accounts-key.pem`,
      "service-cluster-ip-range": "10.96.0.0/16",
      "tls-cert-file": `${ssl}/apiserver.pem`,
      "tls-private-key-file": `${ssl}/apiserver-key.pem`,
    }),
    "kube-controller-manager": words(program("kubernetes", "kube-controller-manager"), {
      kubeconfig: `${configuration}/controller-manager.kubeconfig`,
      "root-ca-file": `${ssl}/ca.pem`,
      "cluster-signing-cert-file": `${ssl}/signer.pem`,
      "cluster-signing-key-file": `${ssl}/signer-key.pem`,
      "service-account-private-key-file": `${ssl}/service-accounts-key.pem`,
      "use-service-account-credentials": "true",
    }),
    "kube-scheduler": words(program("kubernetes", "kube-scheduler"), {
      kubeconfig: `${configuration}/scheduler.kubeconfig`,
    }),
  };
};

/** What a kubelet is told by its --config. */
export const kubeletYaml = stringify({
  ...kubeletConfiguration,
  containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
  authentication: { x509: { clientCAFile: `${places.ssl}/ca.pem` } },
});

export const workerUnits = (own: Machine): Units => ({
  kubelet: words(program("kubernetes", "kubelet"), {
    config: `${places.configuration}/kubelet.yaml`,
    kubeconfig: `${places.configuration}/kubelet.kubeconfig`,
    "node-ip": own.address,
  }),
});
