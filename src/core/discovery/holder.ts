import type { Fingerprint } from "../model/certificate.ts";

/** Which of a kubeadm cluster's CAs; the estate says what each is called in the authority. */
export type ClusterCa = "cluster" | "frontProxy" | "etcd";

/** Something that has one of the cluster's CA certificates in it, or a certificate that one of them issued. */
export interface Holder {
  /** "ConfigMap", "Secret", "ValidatingWebhookConfiguration", …; "file" on a node. */
  readonly kind: string;
  /** Of the object; of the node for a file. Absent for what is in no namespace. */
  readonly namespace?: string;
  /** Of the object; the path of a file. */
  readonly name: string;
  /** Path in the API; absent for a file. */
  readonly resource?: string;
  /** Where in it, the first places: `data["ca.crt"]`. Empty for a file. */
  readonly fields: readonly string[];
  /** "trust": the CA's own certificate; "certificate": one that it issued. */
  readonly holds: "trust" | "certificate";
  readonly cas: readonly ClusterCa[];
  readonly fingerprints: readonly Fingerprint[];
  /** Who made it or writes it, as far as it says so itself. */
  readonly owner: string;
  /**
   * Who has to write it in a rotation. "certwright": a step of the plan; "cluster": its own controller, once that has
   * read the new CA; "owner": whoever owns it, before a CA is dropped.
   */
  readonly writer: "certwright" | "cluster" | "owner";
  /** How many such objects there are, when they are alike in all namespaces and only one is named. */
  readonly count?: number;
}

/** Places of one object that are named; an object with more is found by these. */
export const namedFields = 5;
