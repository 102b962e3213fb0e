import type { ProgramSlot } from "../kubernetes/slot.ts";

/** Where it serves with TLS, unless its configuration says otherwise. */
export const port = 10257;

const kubeconfigs = ["--kubeconfig", "--authentication-kubeconfig", "--authorization-kubeconfig"];

export const slots = [
  {
    id: "root-ca",
    title: "what a controller-manager publishes as kube-root-ca.crt and in token Secrets",
    settings: ["--root-ca-file"],
    role: "trusts",
    reload: "start",
    probed: true,
    note: "the leader then writes every kube-root-ca.crt and every Secret anew, byte for byte; one that still has the former file writes that back when it becomes the leader",
    source:
      "cmd/kube-controller-manager/app/controllermanager.go, readCA; pkg/controller/certificates/rootcacertpublisher; pkg/controller/serviceaccount/tokens_controller.go",
  },
  {
    id: "signer",
    title: "the CA with which a controller-manager answers signing requests",
    settings: ["--cluster-signing-cert-file", "--cluster-signing-key-file"],
    role: "signs",
    reload: "watch",
    probed: true,
    note: "one certificate alone: with a bundle it does not start, and signs nothing more while it runs; what it signs ends with the CA at the latest",
    source: "pkg/controller/certificates/signer/ca_provider.go, setCA; kubeadm#1350",
  },
  {
    id: "kubeconfig-trust",
    title: "which API server a controller-manager believes",
    settings: kubeconfigs.map((flag) => `${flag}: certificate-authority-data`),
    role: "trusts",
    reload: "start",
    probed: true,
    note: "",
    source: "client-go transport/transport.go, loadTLSFiles: what stands inline is read once",
  },
  {
    id: "kubeconfig-client",
    title: "what a controller-manager shows to the API server",
    settings: kubeconfigs.map((flag) => `${flag}: client-certificate-data`),
    role: "presents",
    reload: "start",
    probed: true,
    note: "",
    source: "client-go transport/transport.go, loadTLSFiles: what stands inline is read once",
  },
  {
    id: "client-trust",
    title: "whom a controller-manager's own port takes for who their certificate says",
    settings: ["--client-ca-file"],
    role: "trusts",
    reload: "watch",
    probed: true,
    note: "within a minute at the latest",
    source:
      "apiserver pkg/server/options/authentication.go, ClientCertAuthenticationOptions.GetClientCAContentProvider",
  },
  {
    id: "requestheader-trust",
    title: "whom a controller-manager's own port takes for a front proxy",
    settings: ["--requestheader-client-ca-file"],
    role: "trusts",
    reload: "watch",
    probed: true,
    note: "within a minute at the latest",
    source: "apiserver pkg/server/options/authentication.go, RequestHeaderAuthenticationOptions",
  },
  {
    id: "token-signer",
    title: "the key with which a controller-manager signs the tokens in token Secrets",
    settings: ["--service-account-private-key-file"],
    role: "signs",
    reload: "start",
    probed: false,
    note: "it fills empty token Secrets and does not renew those that have one",
    source:
      "cmd/kube-controller-manager/app/service_accounts.go; pkg/controller/serviceaccount/tokens_controller.go",
  },
] as const satisfies readonly ProgramSlot[];
