/** Something that a user of the API has to be allowed to do. */
export type Right = ResourceRight | PathRight;

export interface ResourceRight {
  readonly verb: "get" | "list" | "create" | "patch" | "delete";
  /** "" is the core group. */
  readonly group: string;
  /** With a subresource behind a slash: "serviceaccounts/token". */
  readonly resource: string;
  /** Absent: in every namespace, or outside of them. */
  readonly namespace?: string;
  /** Absent: of every name. */
  readonly name?: string;
}

/** Of what is no resource: "/openid/v1/jwks". */
export interface PathRight {
  readonly verb: "get";
  readonly path: string;
}

/** Everything that discovery asks of the API, all of it reading. */
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

/** Besides, where the API has them. */
export const toListTrustBundles: Right = {
  verb: "list",
  group: "certificates.k8s.io",
  resource: "clustertrustbundles",
};

/** "create serviceaccounts/token in kube-public". */
export const rightWords = (right: Right): string => {
  if ("path" in right) return `${right.verb} ${right.path}`;
  const { verb, resource, namespace } = right;
  return `${verb} ${resource}${namespace === undefined ? "" : ` in ${namespace}`}`;
};

/**
 * A ClusterRole with these rights and its binding to the user, and the same for each namespace that a right is of; ready
 * for `kubectl apply`. All of them have that name.
 */
export const rightsManifest = (name: string, rights: readonly Right[], user: string): string => {
  const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(user);
  const subject =
    account === null
      ? `{ kind: User, apiGroup: rbac.authorization.k8s.io, name: ${JSON.stringify(user)} }`
      : `{ kind: ServiceAccount, namespace: ${account[1]}, name: ${account[2]} }`;
  return [...new Set(rights.map(namespaceOf))]
    .map((namespace) => {
      const kind = namespace === undefined ? "ClusterRole" : "Role";
      const metadata = `metadata: { ${namespace === undefined ? "" : `namespace: ${namespace}, `}name: ${name} }`;
      return `apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
${metadata}
rules:
${rulesOf(rights.filter((one) => namespaceOf(one) === namespace)).join("\n")}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}Binding
${metadata}
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${kind}, name: ${name} }
subjects:
  - ${subject}
`;
    })
    .join("---\n");
};

const namespaceOf = (right: Right): string | undefined =>
  "path" in right ? undefined : right.namespace;

/** One line for what differs in its verbs only. */
const rulesOf = (rights: readonly Right[]): readonly string[] =>
  [...new Set(rights.map(ruleWords))].map((words) => {
    const verbs = rights.flatMap((one) => (ruleWords(one) === words ? [one.verb] : []));
    return `  - { ${words}, verbs: [${verbs.join(", ")}] }`;
  });

const ruleWords = (right: Right): string => {
  if ("path" in right) return `nonResourceURLs: [${right.path}]`;
  const { group, resource, name } = right;
  const names = name === undefined ? "" : `, resourceNames: [${name}]`;
  return `apiGroups: ["${group}"], resources: [${resource}]${names}`;
};
