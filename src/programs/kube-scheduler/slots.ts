import type { ProgramSlot } from "../kubernetes/slot.ts";

/** Where it serves with TLS, unless its configuration says otherwise. */
export const port = 10259;

const kubeconfigs = ["--kubeconfig", "--authentication-kubeconfig", "--authorization-kubeconfig"];

/**
 * Whom its own port accepts it reads in the ConfigMap extension-apiserver-authentication, as kubeadm sets no
 * --client-ca-file.
 */
export const slots = [
  {
    id: "kubeconfig-trust",
    title: "which API server a scheduler believes",
    settings: kubeconfigs.map((flag) => `${flag}: certificate-authority-data`),
    role: "trusts",
    reload: "start",
    probed: false,
    note: "",
    source: "client-go transport/transport.go, loadTLSFiles: what stands inline is read once",
  },
  {
    id: "kubeconfig-client",
    title: "what a scheduler shows to the API server",
    settings: kubeconfigs.map((flag) => `${flag}: client-certificate-data`),
    role: "presents",
    reload: "start",
    probed: false,
    note: "",
    source: "client-go transport/transport.go, loadTLSFiles: what stands inline is read once",
  },
] as const satisfies readonly ProgramSlot[];
