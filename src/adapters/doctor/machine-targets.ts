import { existsSync } from "node:fs";
import { join } from "node:path";

/** Where programs look when nobody told them otherwise. */
const places = [
  // calicoctl's --config default.
  "/etc/calico/calicoctl.cfg",
  // kubeadm's tree.
  "/etc/kubernetes",
  // What distributions and the etcd guide call it; Debian's package reads the environment file.
  "/etc/etcd/etcd.conf.yml",
  "/etc/etcd/etcd.conf.yaml",
  "/etc/etcd/etcd.conf",
  "/etc/default/etcd",
];

/** What this machine and shell have to look at when no target was named; may be empty. */
export const machineTargets = (
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] => {
  const shell = ["ETCDCTL_ENDPOINTS", "ETCD_ENDPOINTS", "CALICO_ETCD_ENDPOINTS"].some(
    (name) => (env[name] ?? "") !== "",
  );
  // clientcmd: KUBECONFIG is a list; the first file that is there has the current context.
  const kubeconfigs = (env["KUBECONFIG"] ?? "").split(":").filter((path) => path !== "");
  const home = env["HOME"];
  if (kubeconfigs.length === 0 && home !== undefined) kubeconfigs.push(join(home, ".kube/config"));
  return [...(shell ? ["env:"] : []), ...[...kubeconfigs, ...places].filter(existsSync)];
};
