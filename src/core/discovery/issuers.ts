import { kubernetesDefaults } from "../estate/settle-kubernetes.ts";
import type { Discovery } from "./discovery.ts";
import type { ClusterCa } from "./holder.ts";

/** What the CAs are called; of a cluster made by hand one may serve several purposes. */
export const issuersOf = ({
  byHand,
}: Pick<Discovery, "byHand">): Readonly<Record<ClusterCa, string>> =>
  byHand?.issuers ?? kubernetesDefaults.issuers;
