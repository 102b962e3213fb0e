import type { KubernetesApi } from "../../ports/kubernetes.ts";

const name = "clustertrustbundles";

/** From 1.37 on every cluster has them; 1.33 to 1.36 where a feature gate says so (pkg/features/kube_features.go). */
const groups = ["/apis/certificates.k8s.io/v1", "/apis/certificates.k8s.io/v1beta1"] as const;

/** Where the API has its ClusterTrustBundles; undefined where it has none. Throws kubernetes.*. */
export const trustBundlesPath = async (api: KubernetesApi): Promise<string | undefined> => {
  for (const group of groups) {
    const { status, body } = await api.text(group);
    if (status === 404) continue;
    // Of what could not be read the list itself says why.
    if (status !== 200 || resourcesIn(body).includes(name)) return `${group}/${name}`;
  }
  return undefined;
};

/** Of an APIResourceList. */
const resourcesIn = (body: string): readonly string[] =>
  (
    JSON.parse(body) as { readonly resources?: readonly { readonly name: string }[] }
  ).resources?.map((resource) => resource.name) ?? [];
