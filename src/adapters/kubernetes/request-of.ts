import type { KubernetesRequest } from "../../core/errors/kubernetes.ts";

/** What RBAC makes of a call (staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go). */
export const requestOf = (method: string, pathAndQuery: string): KubernetesRequest => {
  const [path = ""] = pathAndQuery.split("?", 1);
  const words = path.split("/").slice(1).map(decodeURIComponent);
  const [root, ...rest] = words;
  const grouped = root === "apis";
  if ((root !== "api" && !grouped) || rest.length < (grouped ? 3 : 2))
    return { verb: method.toLowerCase(), group: "", path };
  const group = grouped ? rest[0]! : "";
  const parts = rest.slice(grouped ? 2 : 1);
  // "/api/v1/namespaces/x" is the namespace itself.
  const inside = parts[0] === "namespaces" && parts.length > 2;
  const [resource, name, sub] = inside ? parts.slice(2) : parts;
  const namespace = inside ? parts[1] : undefined;
  const verb =
    method === "GET" && name === undefined ? "list" : (verbs[method] ?? method.toLowerCase());
  return {
    verb,
    group,
    path,
    resource: sub === undefined ? resource! : `${resource!}/${sub}`,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
};

const verbs: Readonly<Record<string, string>> = { POST: "create", PUT: "update" };
