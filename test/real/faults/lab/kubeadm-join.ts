import type { Lab } from "./lab.ts";

/** A JoinConfiguration that pins this hash ("sha256:…"). */
export const joinConfiguration = (lab: Lab, pin: string): string =>
  lab.write(
    "join.yaml",
    [
      "apiVersion: kubeadm.k8s.io/v1beta4",
      "kind: JoinConfiguration",
      "discovery:",
      "  bootstrapToken:",
      "    apiServerEndpoint: 10.0.0.1:6443",
      "    token: abcdef.0123456789abcdef",
      "    caCertHashes:",
      `    - ${pin}`,
      "",
    ].join("\n"),
  );
