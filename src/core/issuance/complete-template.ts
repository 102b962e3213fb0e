import type { Digests } from "../model/cryptography.ts";
import type { CertificateTemplate } from "../model/template.ts";
import { subjectKeyIdentifier } from "./key-identifier.ts";
import type { LeafTemplate } from "./leaf-template.ts";

/** The template with its key, the key's identifier and a serial: ready to be written and signed. */
export const completeTemplate = (
  template: LeafTemplate,
  parts: { readonly serial: Uint8Array; readonly spki: Uint8Array },
  digests: Digests,
): CertificateTemplate => ({
  ...template,
  serial: parts.serial,
  spki: parts.spki,
  extensions: {
    ...template.extensions,
    subjectKeyIdentifier: subjectKeyIdentifier(parts.spki, digests),
  },
});
