import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.trusted-cert",
  title: "OpenSSL's TRUSTED CERTIFICATE, or an old label",
  codes: ["file.trusted-cert", "file.old-label"],
  says: (_file, found) =>
    found?.code === "file.old-label"
      ? "has an old label in its BEGIN line"
      : "holds OpenSSL's own TRUSTED CERTIFICATE instead of a CERTIFICATE",
  breaks: "Go, Java and rustls pass over the block and find nothing",
  forWhom: "all programs but those that use OpenSSL",
  fix: (path, file) => [
    {
      does: `write ${file.name} anew as a plain certificate`,
      command: `openssl x509 -in ${path} -out ${path}.new && mv ${path}.new ${path}`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
    "file.truncated",
    "file.bad-der",
  ],
  cites: ["openssl-x509(1): -trustout", "RFC 7468 section 5"],
  explain: `\`openssl x509 -trustout\` and \`-addtrust\` write a certificate with OpenSSL's own notes behind it, under the label
TRUSTED CERTIFICATE. Only OpenSSL reads that. The label X509 CERTIFICATE is as old, and as little read by Go.`,
});
