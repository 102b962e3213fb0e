import {
  neededRights,
  rightsManifest,
  rightWords,
  toListTrustBundles,
  type Right,
} from "../../core/discovery/rights.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";
import { limitCalls } from "../limit-calls.ts";
import { trustBundlesPath } from "./trust-bundles.ts";

/** Who may not do what, and what an administrator can apply so that he may. */
export interface MissingRights {
  readonly user: string;
  /** In words: "list secrets". */
  readonly missing: readonly string[];
  readonly manifest: string;
}

/** A plan over hundreds of workloads asks some four questions for each. */
const askedAtOnce = 20;

/** Throws discovery.rights with everything that is missing at once, not the first of it. */
export const checkRights = async (api: KubernetesApi): Promise<void> => {
  const bundles = await trustBundlesPath(api);
  const needed = bundles === undefined ? neededRights : [...neededRights, toListTrustBundles];
  const missing = await missingRights(api, needed, "certwright-discover");
  if (missing !== undefined) throw failure("discovery.rights", missing);
};

/** Those of the rights that the API's user lacks; undefined when none is. `name` is that of the roles in the manifest. */
export const missingRights = async (
  api: KubernetesApi,
  rights: readonly Right[],
  name: string,
): Promise<MissingRights | undefined> => {
  const inTurn = limitCalls(askedAtOnce);
  const allowed = await Promise.all(rights.map((right) => inTurn(() => mayDo(api, right))));
  const missing = rights.filter((_, i) => allowed[i] !== true);
  if (missing.length === 0) return undefined;
  const user = await whoAmI(api);
  return { user, missing: missing.map(rightWords), manifest: rightsManifest(name, missing, user) };
};

const mayDo = async (api: KubernetesApi, right: Right): Promise<boolean> => {
  const { status } = await api.create("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: attributesOf(right),
  });
  return (status as { readonly allowed?: boolean } | undefined)?.allowed === true;
};

const attributesOf = (right: Right): Readonly<Record<string, unknown>> => {
  if ("path" in right) return { nonResourceAttributes: right };
  const { resource: whole, ...rest } = right;
  const [resource, subresource] = whole.split("/");
  return {
    resourceAttributes: {
      ...rest,
      resource,
      ...(subresource === undefined ? {} : { subresource }),
    },
  };
};

const whoAmI = async (api: KubernetesApi): Promise<string> => {
  const { status } = await api.create("/apis/authentication.k8s.io/v1/selfsubjectreviews", {
    apiVersion: "authentication.k8s.io/v1",
    kind: "SelfSubjectReview",
  });
  const review = status as { readonly userInfo?: { readonly username?: string } } | undefined;
  return review?.userInfo?.username ?? "";
};
