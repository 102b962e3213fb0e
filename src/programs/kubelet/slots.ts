import type { ProgramFile, ProgramSlot } from "../kubernetes/slot.ts";

/** Where it serves with TLS, unless its configuration says otherwise. */
export const port = 10250;

export const slots = [
  {
    id: "client-trust",
    title: "whom a kubelet takes for who their client certificate says: its API servers",
    settings: ["authentication.x509.clientCAFile"],
    role: "trusts",
    reload: "watch",
    probed: true,
    note: "within a minute at the latest; up to 1.35 the list of CAs that it names in the handshake stays as it was, which Go's clients do not mind",
    source:
      "cmd/kubelet/app/auth.go, NewDynamicCAContentFromFile; pkg/kubelet/kubelet.go, ReloadKubeletClientCAFile (1.36)",
  },
  {
    id: "kubeconfig-trust",
    title: "which API servers a kubelet believes",
    settings: ["--kubeconfig: certificate-authority-data"],
    role: "trusts",
    reload: "start",
    probed: true,
    note: "in 1.36 as well, and for a CA in a file, too: it makes its transport itself",
    source: "pkg/kubelet/certificate/transport.go, addCertRotation",
  },
  {
    id: "client",
    title: "what a kubelet shows to API servers",
    settings: ["--kubeconfig: client-certificate", "--cert-dir: kubelet-client-current.pem"],
    role: "presents",
    reload: "start",
    probed: true,
    note: "it asks for its next one itself after 70 to 90 % of the time, and does not look at the file meanwhile",
    source: "client-go util/certificate/certificate_manager.go, nextRotationDeadline; transport.go",
  },
] as const satisfies readonly ProgramSlot[];

export const otherFiles: readonly ProgramFile[] = [
  {
    title: "what a kubelet shows to API servers that dial it; without it, it signs one itself",
    settings: ["tlsCertFile", "tlsPrivateKeyFile"],
    reload: "watch",
    note: "within a minute at the latest",
    source: "pkg/kubelet/certificate/kubelet.go, NewKubeletServerCertificateDynamicFileManager",
  },
  {
    title: "the same by signing request (serverTLSBootstrap)",
    settings: ["--cert-dir: kubelet-server-current.pem"],
    reload: "start",
    note: "somebody has to approve each request: Kubernetes does not",
    source: "pkg/kubelet/certificate/kubelet.go, NewKubeletServerCertificateManager",
  },
];
