import type { KubernetesApi } from "../../ports/kubernetes.ts";

const name = "clustertrustbundles";

/** From 1.37 on every cluster has them; 1.33 to 1.36 where a feature gate says so (pkg/features/kube_features.go). */
const groups = ["/apis/certificates.k8s.io/v1", "/apis/certificates.k8s.io/v1beta1"] as const;

/** Where the API has its ClusterTrustBundles; undefined where it has none. Throws kubernetes.*. */
export const trustBundlesPath = async (api: KubernetesApi): Promise<string | undefined> => {
  for (const group of groups) {
    const { status, body } = await api.text(group);
    if (status === 404) continue;
    const path = `${group}/${name}`;
    const there =
      status === 200 ? resourcesIn(body).includes(name) : await isListed(api, path, status);
    if (there) return path;
  }
  return undefined;
};

/**
 * Whether the list is there, where the group did not tell. Rights are looked at before paths: to somebody who may see
 * neither, nothing tells that it is there, and nothing is asked of clusters that have none.
 */
const isListed = async (api: KubernetesApi, path: string, group: number): Promise<boolean> => {
  const { status } = await api.text(`${path}?limit=1`);
  // Of anything else that keeps it from being read the list itself says why.
  return status !== 404 && !(status === 403 && group === 403);
};

/** Of an APIResourceList. */
const resourcesIn = (body: string): readonly string[] =>
  (
    JSON.parse(body) as { readonly resources?: readonly { readonly name: string }[] }
  ).resources?.map((resource) => resource.name) ?? [];
