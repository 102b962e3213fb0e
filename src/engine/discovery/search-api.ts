import { collectHolders, type Collection } from "../../core/discovery/collect.ts";
import type { KnownCas } from "../../core/discovery/known-cas.ts";
import { holdersIn } from "../../core/discovery/search-object.ts";
import { apiUserOf, type ApiUser, type Pod } from "../../core/discovery/token-pods.ts";
import type { KubernetesWorkload } from "../../core/model/estate.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";

/** What the objects of a cluster tell. */
export interface ApiFindings {
  readonly holders: Collection;
  readonly workloads: readonly KubernetesWorkload[];
  readonly loosePods: readonly (ApiUser & { readonly controlled: false })[];
  /** Objects that were looked at. */
  readonly objects: number;
  /** Whether bootstrap data with the CAs' keys lies in the cluster (kubeadm init --upload-certs). */
  readonly uploadedCerts: boolean;
}

/**
 * Objects that can hold a CA, and how many of them a page has. Secrets can be as large as 1 MiB, so that a page of 50
 * is at most 50 MiB and mostly less than one. Helm's own are compressed and cannot be read, so they are not asked for.
 */
const searched: readonly { readonly path: string; readonly pageSize: number }[] = [
  { path: "/api/v1/configmaps", pageSize: 100 },
  { path: "/api/v1/secrets?fieldSelector=type%21%3Dhelm.sh%2Frelease.v1", pageSize: 50 },
  {
    path: "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
    pageSize: 100,
  },
  { path: "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", pageSize: 100 },
  { path: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", pageSize: 20 },
  { path: "/apis/apiregistration.k8s.io/v1/apiservices", pageSize: 100 },
];

/** A pod has 5 to 20 kB. */
const podPage = 250;

/** Looks at every object once and keeps none. Throws kubernetes.*. */
export const searchApi = async (
  api: KubernetesApi,
  cas: KnownCas,
  progress: (what: string) => void,
): Promise<ApiFindings> => {
  const holders = collectHolders();
  let objects = 0;
  let uploadedCerts = false;
  for (const { path, pageSize } of searched) {
    const what = path.replace(/\?.*$/, "").replace(/^.*\//, "");
    progress(what);
    for await (const object of api.list(path, { pageSize })) {
      objects += 1;
      if (objects % 1000 === 0) progress(`${what}: ${objects} objects so far`);
      const { name, namespace } = object.metadata;
      uploadedCerts ||=
        object.kind === "Secret" && namespace === "kube-system" && name === "kubeadm-certs";
      for (const holder of holdersIn(object, cas)) holders.add(holder);
    }
  }
  progress("pods");
  const workloads = new Map<string, KubernetesWorkload>();
  const loosePods: (ApiUser & { readonly controlled: false })[] = [];
  // What has ended will not read anything again.
  const running =
    "/api/v1/pods?fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed";
  for await (const pod of api.list(running, { pageSize: podPage })) {
    objects += 1;
    const user = apiUserOf(pod as Pod);
    if (user === undefined) continue;
    if (!user.controlled) loosePods.push(user);
    else {
      const { kind, namespace, name } = user;
      workloads.set(`${namespace}/${name} ${kind}`, { kind, namespace, name });
    }
  }
  return {
    holders,
    workloads: [...workloads].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one),
    loosePods,
    objects,
    uploadedCerts,
  };
};
