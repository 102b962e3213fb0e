import { defaultRole, type Role } from "./role.ts";

const day = 86_400;
export const year = 365 * day;

/**
 * What all built-in profiles start from. A role of Vault's own defaults would sign for RSA keys only, allow servers
 * and clients alike and write key usages that EC keys cannot have.
 */
const base: Role = {
  ...defaultRole,
  // Minimum sizes are Vault's under "any": RSA 2048.
  keyType: "any",
  serverFlag: false,
  clientFlag: false,
  allowLocalhost: false,
  // Common names of Kubernetes ("system:node:a") and users of etcd are no host names.
  cnValidations: ["disabled"],
  requireCn: false,
  // The profile decides on the common name (profile-request.ts), with the signing request's as one that was asked for.
  useCsrCommonName: false,
  // EC keys lose keyEncipherment when the certificate is made (RFC 8813 section 3).
  keyUsage: ["DigitalSignature", "KeyEncipherment"],
  // An explicit CA:FALSE, as kubeadm writes it; pkilint and some old verifiers want it.
  basicConstraintsValidForNonCa: true,
  // kubeadm's and the kubelet signer's five minutes, for clocks that are behind.
  notBeforeDuration: 300,
  ttl: year,
  maxTtl: 10 * year,
};

/** For servers: any host names and addresses, because whoever holds the CA key could sign them anyway. */
export const serverRole: Role = {
  ...base,
  serverFlag: true,
  allowAnyName: true,
  allowIpSans: true,
};

/**
 * For clients: a name in the subject and no host names, so that the key can never pose as a server's.
 * A client signs and encrypts no keys: RFC 5280 section 4.2.1.12 gives clientAuth digitalSignature or keyAgreement.
 */
export const clientRole: Role = {
  ...base,
  clientFlag: true,
  allowIpSans: false,
  keyUsage: ["DigitalSignature"],
};

/** For members of a cluster that call each other: servers and clients at once. */
export const peerRole: Role = { ...serverRole, clientFlag: true };
