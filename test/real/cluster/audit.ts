import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Node } from "./node.ts";

const folder = "/etc/kubernetes/audit";
const policy = join(folder, "policy.yaml");

/** On a master, where its API server writes who asked for what, with `authentication.kubernetes.io/credential-id`. */
export const auditLog = "/var/log/kubernetes/audit.log";

/** Before the node becomes a master. */
export const writeAuditPolicy = (node: Node): void => {
  mkdirSync(node.path(folder), { recursive: true });
  const everything = {
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    rules: [{ level: "Metadata" }],
  };
  writeFileSync(node.path(policy), stringify(everything));
};

/** Of kubeadm's ClusterConfiguration. */
export const auditedApiServer = {
  extraArgs: [
    { name: "audit-policy-file", value: policy },
    { name: "audit-log-path", value: auditLog },
  ],
  extraVolumes: [
    {
      name: "audit-policy",
      hostPath: folder,
      mountPath: folder,
      readOnly: true,
      pathType: "Directory",
    },
    {
      name: "audit-log",
      hostPath: "/var/log/kubernetes",
      mountPath: "/var/log/kubernetes",
      pathType: "DirectoryOrCreate",
    },
  ],
};
