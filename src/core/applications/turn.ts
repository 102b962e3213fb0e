import type { KubernetesWorkload } from "../model/estate.ts";
import type { Turn } from "../model/inventory.ts";
import { bringsNetwork, takesWebPorts, type Pod } from "./pod.ts";

/**
 * When a workload's pods are replaced, among others: those that all pods need first, then those that act on others,
 * then those that let the world in. By what pods are, for there is no field that says it; who is in no such turn comes
 * last, which costs nothing but time.
 */
export const turnOf = (
  { kind, namespace, name }: KubernetesWorkload,
  pod: Pod,
  { leads }: { readonly leads: boolean },
): Turn => {
  const app = pod.metadata.labels?.["k8s-app"];
  // The names that kubeadm gives its addons (cmd/kubeadm/app/phases/addons), and others that deploy the same.
  if (namespace === "kube-system" && name === "kube-proxy") return "proxy";
  if (app === "kube-dns" || (namespace === "kube-system" && name === "coredns")) return "dns";
  if (kind === "DaemonSet" && bringsNetwork(pod)) return "network";
  if (takesWebPorts(pod) || /(?:^|-)(?:ingress|gateway)(?:-|$)/.test(name)) return "ingress";
  // Who elects a leader acts on the cluster: a controller or an operator.
  return leads ? "controller" : "rest";
};
