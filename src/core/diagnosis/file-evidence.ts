import type { Certificate } from "../model/certificate.ts";
import type { RevocationList } from "../model/revocation-list.ts";
import type { FoundPrivateKey, Material } from "../material/material.ts";
import type { Location } from "./location.ts";

/** What a file is there for, from the configuration that names it. */
export type FileRole =
  | "client-ca"
  | "client-certificate"
  | "client-key"
  | "server-certificate"
  | "server-key"
  /** What the server verifies its clients against. */
  | "server-client-ca"
  | "peer-certificate"
  | "peer-key"
  | "peer-ca"
  | "crl"
  /** A CA bundle that some other program was given for this server: a webhook's caBundle. */
  | "ca-bundle"
  /** Named directly on the command line, or found in a folder. */
  | "other";

/**
 * One file (or piece of data inside a manifest) and all that may be told of it.
 * Bytes of private keys are not here: they never leave the adapter that read them.
 */
export interface FileEvidence {
  /** As the operator wrote it: "/etc/etcd/ca.crt", "admin.conf (users[0].user.client-key-data)". */
  readonly name: string;
  /** Absent for inline data. */
  readonly path?: string;
  readonly role: FileRole;
  /** The setting that names it: what to change when it is the wrong file. */
  readonly named: Location;
  /** Why it could not be read, in the words of the error registry. */
  readonly error?: {
    /** "file.missing", "file.permission", "file.not-regular", … */
    readonly code: string;
    readonly message: string;
    readonly hint: string | undefined;
  };
  /** Bytes. */
  readonly size?: number;
  readonly mode?: number;
  readonly uid?: number;
  /** What it holds; deformities by code ("file.bom", "file.truncated", …) are in `material.faults`. */
  readonly material: Material;
}

/** Certificates in the order of the file. */
export const certificatesOf = (file: FileEvidence | undefined): readonly Certificate[] =>
  file?.material.certificates.map(({ certificate }) => certificate) ?? [];

/** The first private key, which is the one programs take. */
export const keyOf = (file: FileEvidence | undefined): FoundPrivateKey | undefined =>
  file?.material.privateKeys[0];

export const revocationListsOf = (files: readonly FileEvidence[]): readonly RevocationList[] =>
  files.flatMap(({ material }) => material.revocationLists.map(({ list }) => list));

/** "the CA file ca.crt", "the client key tls.key" */
export const roleText: Readonly<Record<FileRole, string>> = {
  "client-ca": "CA file",
  "client-certificate": "client certificate",
  "client-key": "client key",
  "server-certificate": "server certificate",
  "server-key": "server key",
  "server-client-ca": "CA file for clients",
  "peer-certificate": "peer certificate",
  "peer-key": "peer key",
  "peer-ca": "CA file for peers",
  crl: "revocation list",
  "ca-bundle": "CA bundle",
  other: "file",
};
