/** Something that discovery has to be allowed to do. */
export interface Right {
  readonly verb: "get" | "list";
  /** "" is the core group. */
  readonly group: string;
  readonly resource: string;
}

/** Everything that is asked of the API, all of it reading. */
export const neededRights: readonly Right[] = [
  { verb: "list", group: "", resource: "nodes" },
  { verb: "list", group: "", resource: "pods" },
  { verb: "get", group: "", resource: "configmaps" },
  { verb: "list", group: "", resource: "configmaps" },
  { verb: "list", group: "", resource: "secrets" },
  {
    verb: "list",
    group: "admissionregistration.k8s.io",
    resource: "validatingwebhookconfigurations",
  },
  {
    verb: "list",
    group: "admissionregistration.k8s.io",
    resource: "mutatingwebhookconfigurations",
  },
  { verb: "list", group: "apiextensions.k8s.io", resource: "customresourcedefinitions" },
  { verb: "list", group: "apiregistration.k8s.io", resource: "apiservices" },
  { verb: "list", group: "coordination.k8s.io", resource: "leases" },
];

/** A ClusterRole with these rights and its binding to the user, ready for `kubectl apply`. */
export const rightsManifest = (rights: readonly Right[], user: string): string => {
  const rules = new Map<string, Right & { readonly verbs: string[] }>();
  for (const right of rights) {
    const key = `${right.group}/${right.resource}`;
    const rule = rules.get(key);
    if (rule === undefined) rules.set(key, { ...right, verbs: [right.verb] });
    else rule.verbs.push(right.verb);
  }
  const lines = [...rules.values()].map(
    ({ group, resource, verbs }) =>
      `  - { apiGroups: ["${group}"], resources: [${resource}], verbs: [${verbs.join(", ")}] }`,
  );
  const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(user);
  const subject =
    account === null
      ? `{ kind: User, apiGroup: rbac.authorization.k8s.io, name: ${JSON.stringify(user)} }`
      : `{ kind: ServiceAccount, namespace: ${account[1]}, name: ${account[2]} }`;
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: certwright-discover }
rules:
${lines.join("\n")}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: certwright-discover }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: certwright-discover }
subjects:
  - ${subject}
`;
};
