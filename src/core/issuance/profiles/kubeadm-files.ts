import type { ProfileFile } from "../profile.ts";

/** kubeadm's pair of files: the certificate readable by all, the key by root (pkiutil.WriteCert, keyutil.WriteKey). */
export const pkiFiles = (name: string): readonly ProfileFile[] => [
  { path: `pki/${name}.crt`, holds: "certificate", mode: 0o644 },
  { path: `pki/${name}.key`, holds: "key", mode: 0o600 },
];

export const kubeconfigFile = (name: string): readonly ProfileFile[] => [
  { path: name, holds: "kubeconfig", mode: 0o600 },
];

/** What kubeadm makes unless encryptionAlgorithm says otherwise. */
export const kubeadmKey = { algorithm: "rsa", bits: 2048 } as const;
