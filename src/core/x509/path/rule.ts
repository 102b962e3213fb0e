import type { Certificate } from "../../model/certificate.ts";

/** Where in a chain a certificate stands. */
export type Role = "leaf" | "intermediate" | "anchor";

/** One requirement on single certificates, from a profile that is stricter than path validation itself. */
export interface Rule {
  /** Stable word. */
  readonly id: string;
  readonly source: string;
  readonly roles: readonly Role[];
  /** What is wrong, in words that follow the certificate's name; undefined when nothing is. */
  readonly fault: (certificate: Certificate, role: Role) => string | undefined;
}

export const everywhere: readonly Role[] = ["leaf", "intermediate", "anchor"];
export const issuers: readonly Role[] = ["intermediate", "anchor"];

/** The extension with that oid, as it stands. */
export const extensionOf = (
  certificate: Certificate,
  oid: string,
): { readonly critical: boolean } | undefined =>
  certificate.extensions.find((one) => one.oid === oid);

export const isCa = (certificate: Certificate): boolean =>
  certificate.basicConstraints?.ca === true;
