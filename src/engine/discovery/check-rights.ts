import { neededRights, rightsManifest, type Right } from "../../core/discovery/rights.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";

/** Throws discovery.rights with everything that is missing at once, not the first of it. */
export const checkRights = async (api: KubernetesApi): Promise<void> => {
  const allowed = await Promise.all(neededRights.map((right) => mayDo(api, right)));
  const missing = neededRights.filter((_, i) => allowed[i] !== true);
  if (missing.length === 0) return;
  const user = await whoAmI(api);
  throw failure("discovery.rights", {
    user,
    missing: missing.map(({ verb, resource }) => `${verb} ${resource}`),
    manifest: rightsManifest(missing, user),
  });
};

const mayDo = async (api: KubernetesApi, { verb, group, resource }: Right): Promise<boolean> => {
  const { status } = await api.create("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { verb, group, resource } },
  });
  return (status as { readonly allowed?: boolean } | undefined)?.allowed === true;
};

const whoAmI = async (api: KubernetesApi): Promise<string> => {
  const { status } = await api.create("/apis/authentication.k8s.io/v1/selfsubjectreviews", {
    apiVersion: "authentication.k8s.io/v1",
    kind: "SelfSubjectReview",
  });
  const review = status as { readonly userInfo?: { readonly username?: string } } | undefined;
  return review?.userInfo?.username ?? "";
};
