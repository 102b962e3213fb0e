import { shellWord } from "../text/shell-word.ts";
import { define } from "./definition.ts";

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;

/** What was asked of an API, as RBAC names it. */
export interface KubernetesRequest {
  /** "get", "list", "patch", "create", "delete". */
  readonly verb: string;
  /** "" is the core group. */
  readonly group: string;
  /** "secrets", "pods/eviction"; absent for a path that is no resource, as "/version". */
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** As it was asked for, without the query. */
  readonly path: string;
}

/** "list secrets", "patch configmaps kube-system/x", "get /version". */
const spoken = ({ verb, resource, namespace, name, path }: KubernetesRequest): string => {
  if (resource === undefined) return `${verb} ${path}`;
  const whole = [namespace, name].filter((part) => part !== undefined).join("/");
  return `${verb} ${resource}${whole === "" ? "" : ` ${name === undefined ? `in ${whole}` : whole}`}`;
};

/** The rule of a Role or ClusterRole that permits it, on one line of YAML. */
const ruleOf = ({ verb, group, resource, name, path }: KubernetesRequest): string =>
  resource === undefined
    ? `{nonResourceURLs: [${JSON.stringify(path)}], verbs: [${verb}]}`
    : `{apiGroups: [${JSON.stringify(group)}], resources: [${resource}]${name === undefined || verb === "create" ? "" : `, resourceNames: [${JSON.stringify(name)}]`}, verbs: [${verb}]}`;

/** What failed between certwright and a Kubernetes API. Tokens and keys are never among the parameters. */
export const kubernetesErrors = {
  "kubernetes.kubeconfig": define<{
    path: string;
    line?: number;
    /** "users[0].user.client-key"; absent: the file as a whole. */
    field?: string;
    why: string;
  }>({
    message: (p) =>
      `${p.path}${p.line === undefined ? "" : `:${p.line}`}: ${p.field === undefined ? "" : `${p.field}: `}${p.why}`,
    hint: (p) =>
      `see what kubectl makes of it: kubectl --kubeconfig ${shellWord(p.path)} config view`,
    retry: "never",
    exit: 1,
  }),
  "kubernetes.plugin": define<{ path: string; command: string; why: string }>({
    message: (p) => `${p.path}: its exec plugin ${p.command} gives no credentials: ${p.why}`,
    hint: (p) =>
      `let it ask you what it has to once: kubectl --kubeconfig ${shellWord(p.path)} version`,
    retry: "never",
    exit: 1,
  }),
  "kubernetes.unreachable": define<{ server: string; why: string }>({
    message: (p) => `${p.server}: the API server does not answer: ${p.why}`,
    hint: (p) => `find out why: certwright doctor ${shellWord(p.server)}`,
    retry: "later",
    exit: 1,
  }),
  "kubernetes.untrusted": define<{ server: string; kubeconfig: string; why: string }>({
    message: (p) =>
      `${p.server}: the API server's certificate does not verify with the CA of ${p.kubeconfig}: ${p.why}; nothing was sent there`,
    hint: (p) => `find out why: certwright doctor ${shellWord(p.kubeconfig)}`,
    retry: "never",
    exit: 1,
  }),
  "kubernetes.unauthorized": define<{ server: string; kubeconfig: string; as: string }>({
    message: (p) =>
      `${p.server}: the API server does not know who we are (401): it refuses ${p.as} of ${p.kubeconfig}`,
    hint: (p) => `find out why: certwright doctor ${shellWord(p.kubeconfig)}`,
    retry: "never",
    exit: 1,
  }),
  "kubernetes.forbidden": define<{
    server: string;
    /** As the server knows us; absent when it does not say. */
    user?: string;
    request: KubernetesRequest;
  }>({
    message: (p) =>
      `${p.server}: ${p.user === undefined ? "we" : `user "${p.user}"`} may not ${spoken(p.request)} (403)`,
    hint: (p) =>
      `a ${p.request.resource === undefined || p.request.namespace === undefined ? "ClusterRole" : `Role in ${p.request.namespace}`} with this rule would permit it: ${ruleOf(p.request)}`,
    retry: "never",
    exit: 1,
  }),
  "kubernetes.conflict": define<{ server: string; request: KubernetesRequest; message: string }>({
    message: (p) => `${p.server}: ${spoken(p.request)}: another one was faster (409): ${p.message}`,
    hint: () => "nothing was written; read it again and decide anew",
    retry: "now",
    exit: 1,
  }),
  "kubernetes.refused": define<{
    server: string;
    request: KubernetesRequest;
    status: number;
    message: string;
  }>({
    message: (p) =>
      `${p.server}: ${spoken(p.request)}: the API server says ${p.status}${p.message === "" ? "" : `: ${p.message}`}`,
    hint: (p) => (p.status >= 500 ? "see the API server's log, and /readyz?verbose" : undefined),
    retry: "later",
    exit: 1,
  }),
  "kubernetes.absent": define<{ server: string; request: KubernetesRequest }>({
    message: (p) => `${p.server}: ${spoken(p.request)}: there is no such thing (404)`,
    retry: "never",
    exit: 1,
  }),
  "kubernetes.no-api": define<{ server: string; path: string; status: number; why: string }>({
    message: (p) =>
      `${p.server}: what answers there (${p.status} for ${p.path}) is no Kubernetes API: ${p.why}`,
    hint: () => "look at the server's address in the kubeconfig; a proxy may stand in between",
    retry: "never",
    exit: 1,
  }),
  "kubernetes.late": define<{
    server: string;
    request: KubernetesRequest;
    milliseconds: number;
  }>({
    message: (p) =>
      `${p.server}: ${spoken(p.request)}: no whole answer within ${seconds(p.milliseconds)}`,
    hint: () => "what was asked for may have happened; see whether the API server is busy",
    retry: "later",
    exit: 4,
  }),
  "kubernetes.too-big": define<{ server: string; request: KubernetesRequest; limit: number }>({
    message: (p) =>
      `${p.server}: ${spoken(p.request)}: the answer has more than ${p.limit} bytes and was not read to its end`,
    retry: "never",
    exit: 1,
  }),
};
