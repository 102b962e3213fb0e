import type { EstateNode, KubernetesCluster } from "../../core/model/estate.ts";
import type { Place, SlotId } from "../../core/model/inventory.ts";
import { readingOf, type ProgramSlot } from "../../programs/kubernetes/slot.ts";
import type { LayoutParts, PlacedConsumer, PlacedSlot } from "./layout.ts";

// What the parts of a cluster are built of. kubeadm's layout: cmd/kubeadm/app/constants, phases/certs/certlist.go and
// phases/controlplane/manifests.go of Kubernetes 1.35 name every file, and none can be moved but by its directory.

/** A consumer with its slots. */
export type Part = Pick<LayoutParts, "consumers" | "slots">;

/** A slot without what its consumer and its program say of it. */
export type Draft = Pick<PlacedSlot, "issuer" | "place"> &
  Partial<Pick<PlacedSlot, "port" | "admission" | "source">>;

/** What a program does with its slot. */
export type Reading<Id extends string> = Pick<PlacedSlot, "role" | "reload" | "basis"> & {
  readonly id: Id;
};

export const readings = <Id extends string>(
  table: readonly ProgramSlot<Id>[],
  { version }: KubernetesCluster,
): readonly Reading<Id>[] =>
  table.map((slot) => ({ id: slot.id, role: slot.role, ...readingOf(slot, version) }));

/** Read by whoever is called just now, and by nobody in between. */
export const readAtEachUse = <Id extends string>(
  id: Id,
  role: PlacedSlot["role"],
): Reading<Id> => ({ id, role, reload: "handshake", basis: "documented" });

/** Those without a draft are not there in this cluster. */
export const part = <Id extends string>(
  consumer: PlacedConsumer,
  slots: readonly Reading<Id>[],
  drafts: Readonly<Record<Id, Draft | undefined>>,
): Part => ({
  consumers: [consumer],
  slots: slots.flatMap(({ id, ...reading }): readonly PlacedSlot[] => {
    const draft = drafts[id];
    if (draft === undefined) return [];
    const slot = `${consumer.id}/${id}` as SlotId;
    return [
      {
        id: slot,
        consumer: consumer.id,
        http: 1,
        admission: "authentication",
        ...reading,
        ...draft,
      },
    ];
  }),
});

const owner = { user: "root" } as const;

/** Certificate and key below D/pki; kubeadm names a key as its certificate. */
export const pair = ({ directory }: KubernetesCluster, node: EstateNode, name: string): Place => ({
  node: node.name,
  path: `${directory}/pki/${name}.crt`,
  key: `${directory}/pki/${name}.key`,
  owner,
});

export const bundle = (cluster: KubernetesCluster, node: EstateNode, name: string): Place => ({
  node: node.name,
  path: `${cluster.directory}/pki/${name}.crt`,
  owner,
});

/** The public keys or the private key of tokens, below D/pki. */
export const bareKeys = (
  { directory }: KubernetesCluster,
  node: EstateNode,
  kind: "public-keys" | "private-key",
): Place => ({
  node: node.name,
  path: `${directory}/pki/${kind === "public-keys" ? "sa.pub" : "sa.key"}`,
  owner,
  form: { kind },
});

export const inKubeconfig = (
  { directory }: KubernetesCluster,
  node: EstateNode,
  name: string,
): Place => ({
  node: node.name,
  path: `${directory}/${name}`,
  owner,
  form: { kind: "kubeconfig" },
});

/** Where a kubelet keeps the certificate that the cluster gave it (--cert-dir; the name is a link's). */
export const kubeletPem = (node: EstateNode): Place => ({
  node: node.name,
  path: "/var/lib/kubelet/pki/kubelet-client-current.pem",
  owner,
  form: { kind: "kubelet-pem" },
});

export const inObject = (
  resource: string,
  field: readonly string[],
  encoding: "pem" | "kubeconfig",
): Place => ({
  path: `${resource.split("/").at(-1)} (${field.join(".")})`,
  form: { kind: "object", resource, field, encoding },
});
