import { define } from "./definition.ts";

/** One fault of an estate file, where an editor can jump to it. */
export interface LocatedFault {
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  /** "etcd.members[0].node"; empty for the file as a whole. */
  readonly field: string;
  readonly message: string;
  readonly hint?: string;
}

const faultText = (fault: LocatedFault): string =>
  `${fault.file}:${fault.line}:${fault.column}: ${fault.field === "" ? "" : `${fault.field}: `}${fault.message}${fault.hint === undefined ? "" : `; ${fault.hint}`}`;

export const estateErrors = {
  "estate.faulty": define<{ faults: readonly LocatedFault[] }>({
    message: (p) => p.faults.map(faultText).join("\n"),
    retry: "never",
    exit: 2,
  }),
  "estate.missing": define<{ path: string; example: string }>({
    message: (p) => `there is no estate file ${p.path}`,
    hint: (p) =>
      `certwright estate example > ${p.path} writes this one; put your names and addresses in:\n\n${p.example}`,
    retry: "never",
    exit: 2,
  }),
  "estate.no-etcd": define<{ path: string }>({
    message: (p) => `${p.path} describes no etcd cluster`,
    hint: () => 'add a section "etcd" with cluster, version and members',
    retry: "never",
    exit: 2,
  }),
  "estate.etcd-of-kubernetes": define<{ path: string; cluster: string }>({
    message: (p) =>
      `the etcd of ${p.path} belongs to the control plane of ${p.cluster}: kubeadm sets it up, and it has no users`,
    hint: () =>
      "its certificates are rotated with the cluster's: certwright plan rotate; one of its members is tested with: certwright doctor HOST:2379",
    retry: "never",
    exit: 2,
  }),
  "estate.nothing-to-rotate": define<{ path: string }>({
    message: (p) => `${p.path} describes neither an etcd cluster nor a Kubernetes cluster`,
    hint: () =>
      'add a section "etcd" (cluster, version, members) or "kubernetes" (cluster, version, kubeconfig, controlPlane)',
    retry: "never",
    exit: 2,
  }),
  "estate.no-kubernetes": define<{ path: string }>({
    message: (p) => `${p.path} describes no Kubernetes cluster`,
    hint: () =>
      "have it written: certwright discover; or name the files: certwright ca adopt NAME --certificate FILE --key FILE",
    retry: "never",
    exit: 2,
  }),
  "estate.no-node": define<{ name: string; nodes: readonly string[]; nearest?: string }>({
    message: (p) => `the estate has no node "${p.name}"`,
    hint: (p) =>
      p.nearest === undefined ? `there are: ${p.nodes.join(", ")}` : `did you mean "${p.nearest}"?`,
    retry: "never",
    exit: 2,
  }),
  "estate.not-its-issuer": define<{ name: string; path: string; issuers: readonly string[] }>({
    message: (p) =>
      `${p.path}: ${p.name} is no issuer of its Kubernetes cluster, which has ${p.issuers.join(", ")}`,
    hint: (p) => `name its files: certwright ca adopt ${p.name} --certificate FILE --key FILE`,
    retry: "never",
    exit: 2,
  }),
  "estate.no-member": define<{ name: string; members: readonly string[]; nearest?: string }>({
    message: (p) => `the estate has no etcd member "${p.name}"`,
    hint: (p) =>
      p.nearest === undefined
        ? `there are: ${p.members.join(", ")}`
        : `did you mean "${p.nearest}"?`,
    retry: "never",
    exit: 2,
  }),
  "estate.version-damaged": define<{ path: string }>({
    message: (p) => `${p.path} is damaged: it should hold the estate's lineage and serial`,
    hint: () => "bring it back from a backup; removing it makes every plan and run so far unusable",
    retry: "never",
    exit: 1,
  }),
};
