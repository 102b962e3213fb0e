import type { ProgramFile, ProgramSlot } from "../kubernetes/slot.ts";

/** Where it serves with TLS, unless its configuration says otherwise. */
export const port = 6443;

const watched = "within 100 ms of the rename (fsnotify), within a minute at the latest";

export const slots = [
  {
    id: "serving",
    title: "what an API server shows to clients",
    settings: ["--tls-cert-file", "--tls-private-key-file"],
    role: "presents",
    reload: "watch",
    probed: true,
    note: `${watched}; a certificate and a key that do not belong together are left alone and the former pair goes on`,
    source:
      "apiserver pkg/server/options/serving.go, NewDynamicServingContentFromFiles; dynamic_serving_content.go",
  },
  {
    id: "client-trust",
    title: "whom an API server takes for who their client certificate says",
    settings: ["--client-ca-file"],
    role: "trusts",
    reload: "watch",
    probed: true,
    note: `${watched}; looked at with every request, so that a CA that is gone ends the rights of open connections, too`,
    source:
      "apiserver pkg/server/dynamiccertificates/dynamic_cafile_content.go; pkg/authentication/request/x509/x509.go, AuthenticateRequest",
  },
  {
    id: "kubelet-client",
    title: "what an API server shows to kubelets",
    settings: ["--kubelet-client-certificate", "--kubelet-client-key"],
    role: "presents",
    reload: "watch",
    probed: false,
    note: "within five minutes, and a second for new connections; then the open ones are closed",
    source:
      "pkg/kubelet/client/kubelet_client.go, ReloadTLSFiles; client-go transport/cert_rotation.go",
  },
  {
    id: "etcd-client",
    title: "what an API server shows to etcd",
    settings: ["--etcd-certfile", "--etcd-keyfile"],
    role: "presents",
    reload: "handshake",
    probed: true,
    note: "a connection that is open stays open",
    source: "etcd client/pkg/v3/transport/listener.go, baseConfig: GetClientCertificate",
  },
  {
    id: "etcd-trust",
    title: "which etcd an API server believes",
    settings: ["--etcd-cafile"],
    role: "trusts",
    reload: "start",
    probed: true,
    note: "it answers as long as its connections to etcd last, and fails when etcd restarts",
    source:
      "apiserver pkg/storage/storagebackend/factory/etcd3.go, newETCD3Client: tlsInfo.ClientConfig; etcd#11555",
  },
  {
    id: "requestheader-trust",
    title: "whom an API server takes for a front proxy",
    settings: ["--requestheader-client-ca-file"],
    role: "trusts",
    reload: "watch",
    probed: true,
    note: watched,
    source:
      "apiserver pkg/server/options/authentication.go, RequestHeaderAuthenticationOptions; dynamic_cafile_content.go",
  },
  {
    id: "proxy-client",
    title: "what an API server shows to aggregated API servers and webhooks, as a front proxy",
    settings: ["--proxy-client-cert-file", "--proxy-client-key-file"],
    role: "presents",
    reload: "watch",
    probed: false,
    note: `${watched}; the handlers of APIServices are made anew`,
    source: "kube-aggregator pkg/apiserver/apiserver.go, aggregator-proxy-cert",
  },
  {
    id: "token-trust",
    title: "keys whose ServiceAccount tokens an API server accepts; the file may hold several",
    settings: ["--service-account-key-file"],
    role: "trusts",
    reload: "start",
    probed: false,
    note: "it lists them at /openid/v1/jwks",
    source: "pkg/kubeapiserver/options/authentication.go, StaticPublicKeysGetter",
  },
  {
    id: "token-signer",
    title: "the key with which an API server signs ServiceAccount tokens",
    settings: ["--service-account-signing-key-file"],
    role: "signs",
    reload: "start",
    probed: false,
    note: "--service-account-signing-endpoint, a signer outside, does without a restart",
    source: "pkg/controlplane/apiserver/options/options.go, PrivateKeyFromFile",
  },
] as const satisfies readonly ProgramSlot[];

export const otherFiles: readonly ProgramFile[] = [
  {
    title: "which kubelets an API server believes; kubeadm does not set it, and none is verified",
    settings: ["--kubelet-certificate-authority"],
    reload: "start",
    later: { since: "1.36", reload: "watch" },
    note: "from 1.36 on within five minutes",
    source:
      "pkg/kubelet/client/kubelet_client.go, transportConfig; client-go transport/transport.go, ClientsAllowCARotation",
  },
];
