/** What is looked at of a Node. */
export interface NodeObject {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly providerID?: string };
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly nodeInfo?: { readonly kubeletVersion?: string; readonly osImage?: string };
  };
}

/** A way of laying Kubernetes out that is not kubeadm's. */
export interface OtherDistribution {
  readonly name: string;
  /** What it was known by: 'kubelet version "v1.35.4+k3s1" of node a'. */
  readonly evidence: string;
  /** How its CAs are rotated meanwhile. */
  readonly instead: string;
}

interface Mark {
  readonly name: string;
  readonly instead: string;
  readonly version?: RegExp;
  readonly label?: RegExp;
  readonly image?: RegExp;
}

const managed = "its provider keeps the CAs; ask there";

const marks: readonly Mark[] = [
  {
    name: "k3s",
    version: /\+k3s\d/,
    label: /^k3s\.io\//,
    instead: "k3s certificate rotate-ca (docs.k3s.io/cli/certificate)",
  },
  {
    name: "RKE2",
    version: /\+rke2r?\d/,
    label: /^rke2\.io\//,
    instead: "rke2 certificate rotate-ca (docs.rke2.io/security/certificates)",
  },
  {
    name: "k0s",
    version: /\+k0s/,
    label: /^node\.k0sproject\.io\//,
    instead: "see k0s' manual on its CA",
  },
  { name: "MicroK8s", label: /^microk8s\.io\//, instead: "microk8s refresh-certs -c" },
  { name: "Talos", image: /^Talos /, instead: "talosctl rotate-ca" },
  {
    name: "OpenShift",
    label: /^node\.openshift\.io\//,
    image: /CoreOS.*OpenShift/,
    instead: "its operators rotate their CAs by themselves",
  },
  { name: "kOps", label: /^kops\.k8s\.io\//, instead: "kops rotate-secrets (kops.sigs.k8s.io)" },
  { name: "EKS", version: /-eks-/, label: /^eks\.amazonaws\.com\//, instead: managed },
  { name: "GKE", version: /-gke\./, label: /^cloud\.google\.com\/gke-/, instead: managed },
  { name: "AKS", label: /^kubernetes\.azure\.com\/cluster$/, instead: managed },
];

/** By the marks that other distributions leave on their nodes; undefined when there is none. */
export const otherDistribution = (nodes: readonly NodeObject[]): OtherDistribution | undefined => {
  for (const { metadata, status } of nodes) {
    const version = status?.nodeInfo?.kubeletVersion ?? "";
    const image = status?.nodeInfo?.osImage ?? "";
    const words = [
      ...Object.keys(metadata.labels ?? {}),
      ...Object.keys(metadata.annotations ?? {}),
    ];
    for (const mark of marks) {
      const word = words.find((one) => mark.label?.test(one) === true);
      const evidence =
        mark.version?.test(version) === true
          ? `kubelet version ${version}`
          : mark.image?.test(image) === true
            ? `system ${image}`
            : word;
      if (evidence === undefined) continue;
      const { name, instead } = mark;
      return { name, evidence: `${evidence} of node ${metadata.name}`, instead };
    }
  }
  return undefined;
};

export const isControlPlane = ({ metadata: { labels = {} } }: NodeObject): boolean =>
  labels["node-role.kubernetes.io/control-plane"] !== undefined ||
  labels["node-role.kubernetes.io/master"] !== undefined;
