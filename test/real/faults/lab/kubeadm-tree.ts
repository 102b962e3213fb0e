/** /etc/kubernetes as kubeadm 1.35 makes it, below a situation's folder, with one thing changed. */
import { join } from "node:path";
import type { Entity, Wish } from "../../../path/workshop.ts";
import { purpose } from "../../../../src/core/x509/oids.ts";
import { writePem } from "../../../../src/core/x509/pem.ts";
import { inBase64, kubeconfig } from "./kubernetes.ts";
import type { Lab } from "./lab.ts";

export interface TreeWish {
  /** "https://10.20.0.10:6443" unless a server really runs. */
  readonly server?: string;
  /** In place of the CA that kubeadm would take. */
  readonly issuers?: Readonly<
    Partial<
      Record<
        "apiserver" | "etcd-client" | "front-proxy-client" | "etcd-server" | "admin" | "kubelet",
        Entity
      >
    >
  >;
  readonly ca?: Entity;
  readonly wishes?: Readonly<
    Partial<Record<"apiserver" | "admin" | "kubelet" | "etcd-client", Partial<Wish>>>
  >;
  /** Names of the API server's certificate. */
  readonly names?: readonly string[];
  /** Flags of kube-apiserver in place of kubeadm's. */
  readonly flags?: Readonly<Record<string, string>>;
  /** The CA in admin.conf. */
  readonly adminCa?: Entity;
  /** sa.pub of this key. */
  readonly serviceAccountPublic?: Entity;
}

export interface KubeadmTree {
  readonly root: string;
  readonly ca: Entity;
  readonly etcdCa: Entity;
  readonly frontProxyCa: Entity;
  path(name: string): string;
}

export const kubeadmTree = (lab: Lab, wish: TreeWish = {}): KubeadmTree => {
  const { issuers = {}, wishes = {} } = wish;
  const ca = wish.ca ?? lab.ca("CN=kubernetes");
  const etcdCa = lab.ca("CN=etcd-ca");
  const frontProxyCa = lab.ca("CN=front-proxy-ca");
  const server = wish.server ?? "https://10.20.0.10:6443";
  const path = (name: string): string => join(lab.folder, "kubernetes", name);
  const pair = (name: string, entity: Entity): void => {
    lab.pair(`kubernetes/pki/${name}`, entity);
  };
  pair("ca", ca);
  pair("etcd/ca", etcdCa);
  pair("front-proxy-ca", frontProxyCa);
  const serverOnly = { extendedKeyUsage: [purpose.serverAuth] };
  const names = wish.names ?? [
    "kubernetes",
    "kubernetes.default",
    "10.96.0.1",
    "10.20.0.10",
    "127.0.0.1",
  ];
  pair(
    "apiserver",
    lab.server(names, issuers.apiserver ?? ca, {
      subject: "CN=kube-apiserver",
      extensions: serverOnly,
      ...wishes.apiserver,
    }),
  );
  pair(
    "apiserver-kubelet-client",
    lab.client("kube-apiserver-kubelet-client", ca, {
      subject: "O=kubeadm:cluster-admins,CN=kube-apiserver-kubelet-client",
    }),
  );
  pair(
    "apiserver-etcd-client",
    lab.client(
      "kube-apiserver-etcd-client",
      issuers["etcd-client"] ?? etcdCa,
      wishes["etcd-client"],
    ),
  );
  pair(
    "front-proxy-client",
    lab.client("front-proxy-client", issuers["front-proxy-client"] ?? frontProxyCa),
  );
  const member = ["localhost", "master-1", "10.20.0.10", "127.0.0.1", "::1"];
  pair(
    "etcd/server",
    lab.server(member, issuers["etcd-server"] ?? etcdCa, { subject: "CN=master-1" }),
  );
  pair("etcd/peer", lab.server(member, etcdCa, { subject: "CN=master-1" }));
  pair("etcd/healthcheck-client", lab.client("kube-etcd-healthcheck-client", etcdCa));
  const serviceAccounts = lab.client("sa", ca);
  lab.privateKey("kubernetes/pki/sa.key", serviceAccounts);
  lab.write(
    "kubernetes/pki/sa.pub",
    writePem(
      "PUBLIC KEY",
      (wish.serviceAccountPublic ?? serviceAccounts).certificate.publicKey.spki,
    ),
    0o644,
  );
  const conf = (
    name: string,
    subject: string,
    issuer: Entity,
    trusted: Entity,
    more?: Partial<Wish>,
  ): void => {
    const files = lab.pair(`made/${name}`, lab.client(name, issuer, { subject, ...more }));
    kubeconfig(lab, `kubernetes/${name}.conf`, {
      server,
      cluster: {
        "certificate-authority-data": inBase64(lab.certificates(`made/${name}-ca.crt`, trusted)),
      },
      user: {
        "client-certificate-data": inBase64(files.cert),
        "client-key-data": inBase64(files.key),
      },
    });
  };
  conf(
    "admin",
    "O=kubeadm:cluster-admins,CN=kubernetes-admin",
    issuers.admin ?? ca,
    wish.adminCa ?? ca,
    wishes.admin,
  );
  conf("controller-manager", "CN=system:kube-controller-manager", ca, ca);
  conf("scheduler", "CN=system:kube-scheduler", ca, ca);
  conf(
    "kubelet",
    "O=system:nodes,CN=system:node:master-1",
    issuers.kubelet ?? ca,
    ca,
    wishes.kubelet,
  );
  const pod = (name: string, flags: Readonly<Record<string, string>>): void => {
    lab.write(
      `kubernetes/manifests/${name}.yaml`,
      [
        "apiVersion: v1",
        "kind: Pod",
        "metadata:",
        `  name: ${name}`,
        "  namespace: kube-system",
        "spec:",
        "  containers:",
        "  - command:",
        `    - ${name}`,
        ...Object.entries(flags).map(([flag, value]) => `    - --${flag}=${value}`),
        "",
      ].join("\n"),
    );
  };
  const pki = "/etc/kubernetes/pki";
  pod("kube-apiserver", {
    "advertise-address": "10.20.0.10",
    "client-ca-file": `${pki}/ca.crt`,
    "etcd-cafile": `${pki}/etcd/ca.crt`,
    "etcd-certfile": `${pki}/apiserver-etcd-client.crt`,
    "etcd-keyfile": `${pki}/apiserver-etcd-client.key`,
    // No port of a member that may run on this machine.
    "etcd-servers": "https://127.0.0.1:1",
    "kubelet-client-certificate": `${pki}/apiserver-kubelet-client.crt`,
    "kubelet-client-key": `${pki}/apiserver-kubelet-client.key`,
    "proxy-client-cert-file": `${pki}/front-proxy-client.crt`,
    "proxy-client-key-file": `${pki}/front-proxy-client.key`,
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-client-ca-file": `${pki}/front-proxy-ca.crt`,
    "secure-port": "6443",
    "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
    "service-account-key-file": `${pki}/sa.pub`,
    "service-account-signing-key-file": `${pki}/sa.key`,
    "tls-cert-file": `${pki}/apiserver.crt`,
    "tls-private-key-file": `${pki}/apiserver.key`,
    ...wish.flags,
  });
  pod("kube-controller-manager", {
    "client-ca-file": `${pki}/ca.crt`,
    "cluster-signing-cert-file": `${pki}/ca.crt`,
    "cluster-signing-key-file": `${pki}/ca.key`,
    kubeconfig: "/etc/kubernetes/controller-manager.conf",
    "root-ca-file": `${pki}/ca.crt`,
    "service-account-private-key-file": `${pki}/sa.key`,
  });
  pod("etcd", {
    "advertise-client-urls": "https://10.20.0.10:2379",
    "cert-file": `${pki}/etcd/server.crt`,
    "client-cert-auth": "true",
    "initial-advertise-peer-urls": "https://10.20.0.10:2380",
    "initial-cluster": "master-1=https://10.20.0.10:2380",
    "key-file": `${pki}/etcd/server.key`,
    "listen-client-urls": "https://127.0.0.1:2379,https://10.20.0.10:2379",
    "listen-peer-urls": "https://10.20.0.10:2380",
    name: "master-1",
    "peer-cert-file": `${pki}/etcd/peer.crt`,
    "peer-client-cert-auth": "true",
    "peer-key-file": `${pki}/etcd/peer.key`,
    "peer-trusted-ca-file": `${pki}/etcd/ca.crt`,
    "trusted-ca-file": `${pki}/etcd/ca.crt`,
  });
  return { root: path(""), ca, etcdCa, frontProxyCa, path };
};
