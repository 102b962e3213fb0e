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

/** What looking at a mesh asks of the API. */
export const meshLookRights = (namespace: string): readonly Right[] => [
  { verb: "get", group: "", resource: "secrets", namespace },
  { verb: "list", group: "", resource: "pods" },
  ...Object.values(plurals).map((resource): Right => ({ verb: "list", group: "apps", resource })),
  ...given.map(([group, resource]): Right => ({ verb: "list", group, resource })),
];

/** What recovering it asks besides. */
export const meshRights = ({ namespace, istiod, proxies }: MeshFacts): readonly Right[] => [
  ...(["create", "patch"] as const).map((verb): Right => ({
    verb,
    group: "",
    resource: "secrets",
    namespace,
  })),
  { verb: "list", group: "policy", resource: "poddisruptionbudgets" },
  // Of one whose pods do not become ready.
  { verb: "list", group: "", resource: "nodes" },
  ...given.map(([group, resource]): Right => ({ verb: "patch", group, resource })),
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
