import { looseWords, type LoosePod } from "../applications/api-user.ts";
import { some } from "../text/some.ts";
import type { MasterFacts } from "./compare-masters.ts";
import type { DiscoveryNote } from "./discovery.ts";
import { pkiDirectory } from "./kubeadm-layout.ts";

/** What notes are made of. */
export interface Noteworthy {
  readonly version: string;
  readonly masters: readonly MasterFacts[];
  readonly kubelets: readonly { readonly name: string; readonly kubelet: string }[];
  readonly unreachable: readonly { readonly node: string; readonly why: string }[];
  readonly loosePods: readonly LoosePod[];
  readonly uploadedCerts: boolean;
  readonly etcd: "stacked" | "external";
}

/** What does not keep anybody from going on and is better known first. */
export const notesOf = (seen: Noteworthy): readonly DiscoveryNote[] => [
  ...unreached(seen),
  ...versions(seen),
  ...authorities(seen),
  ...(seen.uploadedCerts
    ? [
        {
          id: "uploaded-certs" as const,
          text: "Secret kube-system/kubeadm-certs holds the CAs' keys, encrypted, until its two hours are over",
          cure: "masters that join with it after a rotation would bring the old CAs back: kubectl -n kube-system delete secret kubeadm-certs",
        },
      ]
    : []),
  ...loose(seen),
  {
    id: "helm-not-read",
    text: "what Helm keeps of its releases (Secrets helm.sh/release.v1) is compressed and was not searched",
    cure: "a CA in a chart's values comes back with the next upgrade: helm get values RELEASE",
  },
];

/** What is better known first of the nodes of a cluster made by hand. */
export const nodeNotes = (
  seen: Pick<Noteworthy, "version" | "kubelets" | "unreachable" | "loosePods"> & {
    /** Certificate files that kubelets show to whoever dials them; others sign their own. */
    readonly serving: readonly string[];
  },
): readonly DiscoveryNote[] => [
  ...unreached(seen),
  ...versions(seen),
  ...(seen.serving.length === 0
    ? []
    : [
        {
          id: "kubelet-serving" as const,
          text: `kubelets show ${some(seen.serving)} to whoever dials them, which no plan renews: API servers do not verify it`,
          cure: "whoever else verifies it, metrics for example, needs its CA: renew the file with your own tools before that CA is dropped; kubelets read it again by themselves",
        },
      ]),
  ...loose(seen),
];

const unreached = ({ unreachable }: Pick<Noteworthy, "unreachable">): readonly DiscoveryNote[] =>
  unreachable.length === 0
    ? []
    : [
        {
          id: "worker-unreachable",
          text: `ssh does not reach ${some(unreachable.map(({ node }) => node))}: ${unreachable[0]!.why}`,
          cure: "they are in the file; a plan waits for them, or take them out of it and out of the cluster",
        },
      ];

const versions = ({
  version,
  kubelets,
}: Pick<Noteworthy, "version" | "kubelets">): readonly DiscoveryNote[] => {
  const others = kubelets.filter(({ kubelet }) => kubelet.replace(/^v/, "") !== version);
  if (others.length === 0) return [];
  return [
    {
      id: "versions-differ",
      text: `API server ${version}, but kubelets of ${some(others.map(({ name, kubelet }) => `${name} (${kubelet})`))}`,
      cure: "an upgrade may be under way; finish it before a rotation",
    },
  ];
};

const authorities = ({ masters, etcd }: Noteworthy): readonly DiscoveryNote[] => {
  const files = ["ca", "front-proxy-ca", ...(etcd === "stacked" ? ["etcd/ca"] : [])];
  const [first] = masters;
  return files.flatMap((name): DiscoveryNote[] => {
    const path = `${pkiDirectory}/${name}`;
    const count = first?.certificates.get(`${path}.crt`)?.length ?? 0;
    const bundle: DiscoveryNote[] =
      count < 2
        ? []
        : [
            {
              id: "several-cas",
              text: `${path}.crt holds ${count} certificates: a rotation is under way, or was left in the middle`,
              cure: `see which they are: certwright inspect ${path}.crt`,
            },
          ];
    const key: DiscoveryNote[] =
      first?.digests.has(`${path}.key`) === true
        ? []
        : [
            {
              id: "no-ca-key",
              text: `there is no ${path}.key on ${first?.node}: the CA is kept elsewhere`,
              cure: "certwright ca adopt takes it from where it is",
            },
          ];
    return bundle.concat(key);
  });
};

const loose = ({ loosePods }: Pick<Noteworthy, "loosePods">): readonly DiscoveryNote[] =>
  loosePods.length === 0
    ? []
    : [
        {
          id: "loose-pods",
          text: `pods that read the cluster's CA and that certwright cannot replace: ${some(loosePods.map(looseWords))}`,
          cure: "make them anew once the new CA is trusted, unless they end by themselves before",
        },
      ];
