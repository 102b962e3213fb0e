import type { Certificate } from "../../model/certificate.ts";
import type { DistinguishedName } from "../../model/name.ts";
import { formatName } from "../names.ts";

/** How a certificate is called in messages: its subject in quotes, its first alternative name or its serial when it has none. */
export const labelOf = (certificate: Certificate): string => {
  if (certificate.subject.rdns.length > 0) return `"${formatName(certificate.subject)}"`;
  for (const name of certificate.subjectAltName ?? [])
    if (name.kind === "dns" || name.kind === "ip" || name.kind === "email" || name.kind === "uri")
      return `"${name.value}"`;
  return `with serial ${certificate.serial}`;
};

export const nameText = (name: DistinguishedName): string =>
  name.rdns.length === 0 ? "(empty)" : formatName(name);
