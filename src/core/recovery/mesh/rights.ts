import type { Right } from "../../discovery/rights.ts";
import type { MeshFacts } from "./facts.ts";

const admission = "admissionregistration.k8s.io";
/** Where roots are given out. */
const given = [
  ["", "configmaps"],
  [admission, "validatingwebhookconfigurations"],
  [admission, "mutatingwebhookconfigurations"],
] as const;
const plurals = {
  Deployment: "deployments",
  DaemonSet: "daemonsets",
  StatefulSet: "statefulsets",
} as const;

/** What looking at a mesh and recovering it asks of the API. */
export const meshRights = ({ namespace, istiod, proxies }: MeshFacts): readonly Right[] => [
  ...(["get", "create", "patch"] as const).map((verb): Right => ({
    verb,
    group: "",
    resource: "secrets",
    namespace,
  })),
  { verb: "list", group: "", resource: "pods" },
  { verb: "list", group: "policy", resource: "poddisruptionbudgets" },
  ...(["list", "patch"] as const).flatMap((verb): Right[] =>
    given.map(([group, resource]) => ({ verb, group, resource })),
  ),
  ...[...istiod, ...proxies].flatMap(({ workload: { kind, namespace: its, name } }) =>
    (["get", "patch"] as const).map((verb): Right => ({
      verb,
      group: "apps",
      resource: plurals[kind],
      namespace: its,
      name,
    })),
  ),
];
