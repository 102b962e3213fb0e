import type {
  ControlPlaneProgram,
  EstateNode,
  EtcdCluster,
  KubeletsByHand,
  KubernetesCluster,
  KubernetesComponents,
} from "../../core/model/estate.ts";
import type { Place } from "../../core/model/inventory.ts";
import { slots as apiServerSlots } from "../../programs/kube-apiserver/slots.ts";
import { slots as controllerManagerSlots } from "../../programs/kube-controller-manager/slots.ts";
import { slots as schedulerSlots } from "../../programs/kube-scheduler/slots.ts";
import { currentCertificate } from "../../core/kubelet/kubelet-files.ts";
import type { slots as kubeletSlots } from "../../programs/kubelet/slots.ts";
import type { ProgramSlot } from "../../programs/kubernetes/slot.ts";
import { addressOf, on } from "./kubernetes-edges.ts";
import { part, readings, type Draft, type Part } from "./kubernetes-part.ts";

// A control plane whose files lie where its owner's flags say: the same consumers and slots as kubeadm's, each where
// the flag of the program's own table leads. A flag that is not there is a slot that is not there.

/** A master of a cluster that was made by hand. */
export const byHandParts = (
  cluster: KubernetesCluster,
  components: KubernetesComponents,
  node: EstateNode,
  etcd: EtcdCluster | undefined,
): readonly Part[] => {
  const { cluster: main, frontProxy, serviceAccount: tokens } = cluster.issuers;
  const port = { host: addressOf(node), port: cluster.port };
  const consumer = (program: ControlPlaneProgram) => ({
    id: on(node, program),
    program,
    group: program,
    redundancy: program === "kube-apiserver" ? ("any" as const) : ("standby" as const),
    node,
    service: components[program].service,
    kubernetes: { kind: program },
  });
  const of = (program: ControlPlaneProgram, slot: ProgramSlot, draft: Omit<Draft, "place">) => {
    const place = placeOf(node, components[program].flags, slot);
    return place === undefined ? undefined : { ...draft, place };
  };
  const bareKeys = (
    program: ControlPlaneProgram,
    slot: ProgramSlot,
    kind: "public-keys" | "private-key",
    seen?: Draft["port"],
  ): Draft | undefined => {
    const draft = of(program, slot, { issuer: tokens });
    if (draft === undefined) return undefined;
    const place: Place = { ...draft.place, form: { kind } };
    return { ...draft, place, ...(seen === undefined ? {} : { port: seen }) };
  };
  const server = drafts(apiServerSlots, (slot) => {
    switch (slot.id) {
      case "etcd-client":
        return etcd && of("kube-apiserver", slot, { issuer: etcd.issuers.client });
      case "etcd-trust":
        return etcd && of("kube-apiserver", slot, { issuer: etcd.issuers.server });
      case "requestheader-trust":
        return of("kube-apiserver", slot, {
          issuer: frontProxy,
          port,
          admission: "request-header",
        });
      case "proxy-client":
        return of("kube-apiserver", slot, { issuer: frontProxy });
      case "token-trust":
        return bareKeys("kube-apiserver", slot, "public-keys", port);
      case "token-signer":
        return bareKeys("kube-apiserver", slot, "private-key", port);
      case "serving":
      case "client-trust":
        return of("kube-apiserver", slot, { issuer: main, port });
      default:
        return of("kube-apiserver", slot, { issuer: main });
    }
  });
  const manager = drafts(controllerManagerSlots, (slot) =>
    slot.id === "token-signer"
      ? bareKeys("kube-controller-manager", slot, "private-key")
      : of("kube-controller-manager", slot, {
          issuer: slot.id === "requestheader-trust" ? frontProxy : main,
        }),
  );
  const scheduler = drafts(schedulerSlots, (slot) => of("kube-scheduler", slot, { issuer: main }));
  return [
    part(consumer("kube-apiserver"), readings(apiServerSlots, cluster), server),
    part(consumer("kube-controller-manager"), readings(controllerManagerSlots, cluster), manager),
    part(consumer("kube-scheduler"), readings(schedulerSlots, cluster), scheduler),
  ];
};

/** Where a kubelet has its files that its owner started: the CA and its certificate in its kubeconfig or in files that it names. */
export const byHandKubelet = (
  { files }: KubeletsByHand,
  { name: node }: EstateNode,
  { issuer, port }: Required<Pick<Draft, "issuer" | "port">>,
): Readonly<Record<(typeof kubeletSlots)[number]["id"], Draft>> => {
  const { clientTrust, kubeconfig, kubeconfigTrust, certificate, key, certificateDirectory } =
    files;
  const inKubeconfig: Place = { node, path: kubeconfig, owner, form: { kind: "kubeconfig" } };
  return {
    "client-trust": { issuer, place: { node, path: clientTrust, owner }, port },
    "kubeconfig-trust": {
      issuer,
      place: kubeconfigTrust === undefined ? inKubeconfig : { node, path: kubeconfigTrust, owner },
    },
    client: {
      issuer,
      place:
        certificateDirectory !== undefined
          ? {
              node,
              path: `${certificateDirectory}/${currentCertificate}`,
              owner,
              form: { kind: "kubelet-pem" },
            }
          : certificate === undefined || key === undefined
            ? inKubeconfig
            : { node, path: certificate, key, owner },
    },
  };
};

const drafts = <Id extends string>(
  slots: readonly (ProgramSlot & { readonly id: Id })[],
  draftOf: (slot: ProgramSlot & { readonly id: Id }) => Draft | undefined,
): Readonly<Record<Id, Draft | undefined>> =>
  Object.fromEntries(slots.map((slot) => [slot.id, draftOf(slot)])) as Record<
    Id,
    Draft | undefined
  >;

/** New files only; those that are there keep their owner. */
const owner = { user: "root" } as const;

/** Where the flags of a slot lead: "--kubeconfig: client-certificate-data" is a part of what --kubeconfig names. */
const placeOf = (
  { name }: EstateNode,
  flags: Readonly<Record<string, string>>,
  { settings }: ProgramSlot,
): Place | undefined => {
  const [first = "", second] = settings;
  const isInKubeconfig = first.includes(": ");
  const [path, key] = [first, second].map((one) => flags[flagOf(one ?? "")]);
  if (path === undefined) return undefined;
  return {
    node: name,
    path,
    owner,
    ...(isInKubeconfig ? { form: { kind: "kubeconfig" as const } } : {}),
    ...(isInKubeconfig || key === undefined ? {} : { key }),
  };
};

/** "--kubeconfig: client-certificate-data" -> "kubeconfig" */
export const flagOf = (setting: string): string => setting.replace(/^--/, "").replace(/:.*$/, "");
