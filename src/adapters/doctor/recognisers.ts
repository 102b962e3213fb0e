import { gatherClientEnvironment, isClientEnvironment } from "./gather-environment.ts";
import { gatherCalicoctl, isCalicoctl } from "./gather-calicoctl.ts";
import { gatherMeshPolicy, isMeshPolicy } from "./gather-mesh-policy.ts";
import { gatherIstio, isIstio, istioFolder } from "./gather-istio.ts";
import { isKubeadmFolder, isStaticPod } from "./static-pod.ts";
import { gatherJoinConfiguration, isJoinConfiguration } from "./gather-kubeadm-join.ts";
import { gatherKubeconfig, isKubeconfig } from "./gather-kubeconfig.ts";
import { gatherWebhook, isWebhook } from "./gather-webhook.ts";
import {
  gatherEtcdEnvironment,
  gatherEtcdUnit,
  gatherEtcdYaml,
  isEtcdEnvironment,
  isEtcdUnit,
  isEtcdYaml,
} from "./gather-etcd-config.ts";
import type { FlatDocument } from "./flat-yaml.ts";
import type { Part, Surroundings } from "./part.ts";

/** One kind of YAML or JSON document that doctor understands. */
export interface DocumentRecogniser {
  readonly is: (document: FlatDocument) => boolean;
  /** `documents` are all of the file: a Secret and a webhook may stand in one. */
  readonly gather: (
    document: FlatDocument,
    path: string,
    around: Surroundings,
    documents: readonly FlatDocument[],
  ) => Part | Promise<Part>;
}

/** One kind of text that is no YAML: a systemd unit, an environment file. */
export interface TextRecogniser {
  readonly is: (text: string, path: string) => boolean;
  readonly gather: (text: string, path: string, around: Surroundings) => Part | Promise<Part>;
}

/** One kind of folder: /etc/kubernetes, an Istio cacerts folder. */
export interface FolderRecogniser {
  readonly is: (path: string, names: readonly string[]) => boolean;
  readonly gather: (path: string, around: Surroundings) => Part | Promise<Part>;
}

/** The first that says yes is taken. One line a kind; each gatherer has its own file. */
export const documentRecognisers: readonly DocumentRecogniser[] = [
  { is: isCalicoctl, gather: gatherCalicoctl },
  { is: isKubeconfig, gather: gatherKubeconfig },
  { is: isWebhook, gather: gatherWebhook },
  {
    is: isStaticPod,
    gather: async (document, path, around) =>
      (await import("./gather-kubeadm.ts")).gatherStaticPod(document, path, around),
  },
  { is: isJoinConfiguration, gather: gatherJoinConfiguration },
  { is: isIstio, gather: gatherIstio },
  { is: isEtcdYaml, gather: gatherEtcdYaml },
  { is: isMeshPolicy, gather: gatherMeshPolicy },
];

export const textRecognisers: readonly TextRecogniser[] = [
  { is: isEtcdUnit, gather: gatherEtcdUnit },
  { is: isClientEnvironment, gather: gatherClientEnvironment },
  { is: isEtcdEnvironment, gather: gatherEtcdEnvironment },
];

export const folderRecognisers: readonly FolderRecogniser[] = [
  {
    is: isKubeadmFolder,
    // Only now: the YAML library costs 20 ms of start.
    gather: async (path, around) =>
      (await import("./gather-kubeadm.ts")).gatherKubeadm(path, around),
  },
  istioFolder,
];

/** A text that is worth parsing as YAML though it is no Kubernetes manifest: etcd's --config-file. */
export const isPlainYaml = (text: string): boolean =>
  /^(?:listen-client-urls|listen-peer-urls|advertise-client-urls|initial-cluster|client-transport-security|peer-transport-security|data-dir)\s*:/m.test(
    text,
  );
