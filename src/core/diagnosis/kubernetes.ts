import type { Answer } from "../tls/http-answer.ts";
import type { Case } from "./case.ts";
import { configOf, type Config } from "./config.ts";
import { isKubernetesStatus } from "./follow-up.ts";

/** What kube-apiserver makes of who we are, by the most telling of the looks. */
export const apiAnswerOf = ({ endpoint, probes }: Case): Answer | undefined => {
  if (endpoint === undefined || probes === undefined) return undefined;
  const { main, followUps } = probes;
  const answer = followUps.token?.answer ?? followUps.api?.answer ?? main.answer;
  if (answer?.status === undefined) return undefined;
  const isApi =
    endpoint.program === "kube-apiserver" ||
    isKubernetesStatus(answer.body) ||
    answer.headers["x-kubernetes-pf-flowschema-uid"] !== undefined;
  return isApi ? answer : undefined;
};

/** Who the server takes us for and what he may not: `User "bob" cannot get path "/api"`. */
export const forbiddenIn = (
  text: string,
): { readonly user: string; readonly what: string } | undefined => {
  const parts = /User \\?"([^"\\]*)\\?" (cannot .{1,120})/.exec(text);
  if (parts === null) return undefined;
  const what = parts[2]!
    .replaceAll('\\"', "\u0000")
    .replace(/".*$/, (rest) => (rest.startsWith('"') && /^"[,}\s]/.test(rest) ? "" : rest))
    .replaceAll("\u0000", '"')
    .split(/ at the cluster scope|: |","/)[0]!
    .trim();
  return { user: parts[1]!, what };
};

/** "clusters[0].cluster" and "users[1].user" of the current context of a kubeconfig. */
export const currentEntries = (
  config: Config,
): { readonly context?: string; readonly cluster?: string; readonly user?: string } => {
  const entry = (list: string, name: string | undefined): string | undefined =>
    Object.entries(config.fields)
      .filter(
        ([key, { value }]) =>
          key.startsWith(`${list}[`) && key.endsWith("].name") && value === name,
      )
      .map(([key]) => key.slice(0, -".name".length))
      .at(-1);
  const context = entry("contexts", config.fields["current-context"]?.value);
  if (context === undefined) return {};
  const cluster = entry("clusters", config.fields[`${context}.context.cluster`]?.value);
  const user = entry("users", config.fields[`${context}.context.user`]?.value);
  return {
    context,
    ...(cluster === undefined ? {} : { cluster: `${cluster}.cluster` }),
    ...(user === undefined ? {} : { user: `${user}.user` }),
  };
};

/** Names of a list of a kubeconfig: contexts, clusters, users. */
export const namesIn = (
  config: Config,
  list: "contexts" | "clusters" | "users",
): readonly string[] =>
  Object.entries(config.fields)
    .filter(([key]) => key.startsWith(`${list}[`) && key.endsWith("].name"))
    .map(([, { value }]) => value);

/** Kubeconfigs of a run; of the case's own client first. */
export const kubeconfigsOf = ({ configs }: Case): readonly Config[] =>
  configs.filter(({ kind }) => kind === "kubeconfig");

/** Flags of a static pod: "kube-apiserver", "kube-controller-manager", "etcd". */
export const staticPodOf = ({ configs }: Case, program: string): Config | undefined =>
  configs.find(({ kind, about }) => kind === "kubeadm" && about === program);

/** The kubeconfig whose server this case's endpoint is. */
export const kubeconfigOfCase = (seen: Case): Config | undefined => {
  const { endpoint } = seen;
  const all = kubeconfigsOf(seen);
  return all.find(({ file }) => file === endpoint?.source.file) ?? configOf(all, "kubeconfig");
};
