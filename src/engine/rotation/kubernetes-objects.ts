import type { KubernetesCluster, PlannedWorkload } from "../../core/model/estate.ts";
import type { ConsumerId, Place, SlotId } from "../../core/model/inventory.ts";
import { on, workloadId } from "./kubernetes-edges.ts";
import { inObject, part, readAtEachUse, type Draft, type Part } from "./kubernetes-part.ts";
import type { PlacedConsumer } from "./layout.ts";

const rootCa = "cluster/kube-root-ca" as ConsumerId;
const extensionAuthentication =
  "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication";

/** What the cluster tells its clients whom to trust, in objects of its API. */
export const published = ({
  controlPlane,
  issuers,
  components,
}: KubernetesCluster): readonly Part[] => {
  const proxied =
    components === undefined ||
    components["kube-apiserver"].flags["requestheader-client-ca-file"] !== undefined;
  const writtenBy = (program: string, slot: string): readonly SlotId[] =>
    controlPlane.map((node) => `${on(node, program)}/${slot}` as SlotId);
  return [
    clusterInfo(issuers.cluster),
    publishedAs(
      rootCa,
      issuers.cluster,
      inObject("/api/v1/namespaces/*/configmaps/kube-root-ca.crt", ["data", "ca.crt"], "pem"),
      writtenBy("kube-controller-manager", "root-ca"),
    ),
    publishedAs(
      "cluster/client-ca",
      issuers.cluster,
      inObject(extensionAuthentication, ["data", "client-ca-file"], "pem"),
      writtenBy("kube-apiserver", "client-trust"),
    ),
    ...(proxied
      ? [
          publishedAs(
            "cluster/requestheader-ca",
            issuers.frontProxy,
            inObject(extensionAuthentication, ["data", "requestheader-client-ca-file"], "pem"),
            writtenBy("kube-apiserver", "requestheader-trust"),
          ),
        ]
      : []),
  ];
};

/** Nobody writes this one again: kubeadm does once, at its init, and whoever wants nobody to join removes it. */
const clusterInfo = (issuer: string): Part => {
  const resource = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
  const place = inObject(resource, ["data", "kubeconfig"], "kubeconfig");
  return objectPart({ ...object("cluster/cluster-info"), optional: true }, { issuer, place });
};

const publishedAs = (id: string, issuer: string, place: Place, source: readonly SlotId[]): Part =>
  objectPart(object(id), { issuer, place, source });

const object = (id: string): PlacedConsumer => ({
  id: id as ConsumerId,
  program: "object",
  service: { kind: "none" },
  kubernetes: { kind: "object" },
});

const objectPart = (consumer: PlacedConsumer, trust: Draft): Part =>
  part(consumer, [readAtEachUse("trust", "trusts")], { trust });

export const workloadConsumer = (workload: PlannedWorkload): PlacedConsumer => {
  const { turn, asks } = workload;
  return {
    id: workloadId(workload),
    program: "workload",
    service: { kind: "rollout" },
    kubernetes: { kind: "workload", workload },
    ...(turn === undefined ? {} : { turn }),
    ...(asks === undefined ? {} : { asks }),
  };
};

/**
 * The ca.crt of its pods is the ConfigMap of their namespace, brought there by kubelets. Of a program that we know by
 * its name only, nobody can say that it has a client-go that reads it again: the estate names those that do not.
 */
export const workloadPart = ({ issuers }: KubernetesCluster, workload: PlannedWorkload): Part => {
  const resource = `/api/v1/namespaces/${workload.namespace}/configmaps/kube-root-ca.crt`;
  return part(
    workloadConsumer(workload),
    [{ id: "trust", role: "trusts", reload: "start", basis: "assumed" }],
    {
      trust: {
        issuer: issuers.cluster,
        place: inObject(resource, ["data", "ca.crt"], "pem"),
        source: [`${rootCa}/trust` as SlotId],
      },
    },
  );
};
