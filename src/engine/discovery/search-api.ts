import type { Applications } from "../../core/applications/find-applications.ts";
import { publishedAt, type Published } from "../../core/applications/freshness.ts";
import { collectHolders, type Collection } from "../../core/discovery/collect.ts";
import type { KnownCas } from "../../core/discovery/known-cas.ts";
import { holdersIn } from "../../core/discovery/search-object.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";
import { lookForApplications } from "../applications/look-for-applications.ts";
import { trustBundlesPath } from "./trust-bundles.ts";

/** What the objects of a cluster tell. */
export interface ApiFindings extends Applications {
  readonly holders: Collection;
  /** Objects that were looked at. */
  readonly objects: number;
  /** Whether bootstrap data with the CAs' keys lies in the cluster (kubeadm init --upload-certs). */
  readonly uploadedCerts: boolean;
}

/**
 * Objects that can hold a CA, and how many of them a page has. Secrets can be as large as 1 MiB, so that a page of 50
 * is at most 50 MiB and mostly less than one. Helm's own are compressed and cannot be read, so they are not asked for.
 */
const searched: readonly Searched[] = [
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

interface Searched {
  readonly path: string;
  readonly pageSize: number;
}

/** Looks at every object once and keeps none. Throws kubernetes.*. */
export const searchApi = async (
  api: KubernetesApi,
  cas: KnownCas,
  progress: (what: string) => void,
): Promise<ApiFindings> => {
  const holders = collectHolders();
  let objects = 0;
  let uploadedCerts = false;
  const published = new Map<string, Published>();
  const bundles = await trustBundlesPath(api);
  const all = bundles === undefined ? searched : [...searched, { path: bundles, pageSize: 100 }];
  for (const { path, pageSize } of all) {
    const what = path.replace(/\?.*$/, "").replace(/^.*\//, "");
    progress(what);
    for await (const object of api.list(path, { pageSize })) {
      objects += 1;
      if (objects % 1000 === 0) progress(`${what}: ${objects} objects so far`);
      const { name, namespace } = object.metadata;
      if (name === "kube-root-ca.crt" && namespace !== undefined)
        published.set(namespace, publishedAt(object.metadata));
      uploadedCerts ||=
        object.kind === "Secret" && namespace === "kube-system" && name === "kubeadm-certs";
      const resource = resourceOf(path, object.metadata);
      for (const holder of holdersIn(object, cas)) holders.add({ ...holder, resource });
    }
  }
  progress("pods");
  const { workloads, loosePods } = await lookForApplications(
    api,
    { published: (namespace) => published.get(namespace) },
    () => (objects += 1),
  );
  return {
    holders,
    workloads,
    loosePods,
    objects,
    uploadedCerts,
  };
};

/** Where one object of a list is: "/api/v1/secrets?…" has "/api/v1/namespaces/NS/secrets/NAME". */
const resourceOf = (
  list: string,
  { name, namespace }: { readonly name: string; readonly namespace?: string },
): string => {
  const path = list.replace(/\?.*$/, "");
  if (namespace === undefined) return `${path}/${name}`;
  const slash = path.lastIndexOf("/");
  return `${path.slice(0, slash)}/namespaces/${namespace}${path.slice(slash)}/${name}`;
};
