import { failure } from "../../core/errors/certwright-error.ts";
import type { Certificate, Instant } from "../../core/model/certificate.ts";
import type { CertificateTemplate } from "../../core/model/template.ts";
import { parseCertificate } from "../../core/x509/certificate.ts";
import { formatName } from "../../core/x509/names.ts";
import { buildPath } from "../../core/x509/path.ts";
import { assembleSigned, writeTbsCertificate } from "../../core/x509/write-certificate.ts";
import type { PrivateKey } from "../../ports/private-key.ts";
import type { StoredCertificate } from "../../ports/store.ts";
import type { AuthorityPorts } from "./ports.ts";

/** Writes, signs and reads back a certificate; reading is strict, so that what we could not read is never given out. */
export const certify = (
  template: CertificateTemplate,
  signer: PrivateKey,
  digests: AuthorityPorts["digests"],
): Certificate => {
  const tbs = writeTbsCertificate(template);
  const signature = signer.sign(template.signatureAlgorithm, tbs);
  const der = assembleSigned(tbs, template.signatureAlgorithm, signature);
  return parseCertificate(der, { digests, reading: "strict" });
};

/**
 * The check before a certificate is recorded: both kinds of verifier must accept it below `chain` (nearest first, root last).
 * It catches a key that is not the issuer's, a signature spoiled by faulty memory, a name outside of a constraint above.
 */
export const requireVerifying = (
  ports: Pick<AuthorityPorts, "verifySignature">,
  certificate: Certificate,
  chain: readonly Certificate[],
  now: Instant,
): void => {
  const anchor = chain.at(-1) ?? certificate;
  const verdicts = new Map();
  for (const profile of ["go", "openssl"] as const) {
    const result = buildPath({
      leaf: certificate,
      intermediates: chain.slice(0, -1),
      anchors: [anchor],
      // A certificate may start later than now; it must verify from then on.
      at: Math.max(now, certificate.notBefore),
      usages: ["any"],
      profile,
      verifySignature: ports.verifySignature,
      verdicts,
    });
    if (!result.ok) {
      const why = `${result.failure.message} (${profile})`;
      throw failure("authority.does-not-verify", {
        subject: formatName(certificate.subject) || "an empty subject",
        why,
      });
    }
  }
};

/** The row of a certificate that `issuer`'s generation signed. */
export const recordOf = (
  certificate: Certificate,
  signedBy: { readonly issuer: string; readonly number: number },
  profile: string,
  issuedAt: Instant,
): StoredCertificate => ({
  issuer: signedBy.issuer,
  generation: signedBy.number,
  serial: certificate.serial,
  fingerprint: certificate.fingerprint,
  keyId: certificate.publicKey.id,
  subject: formatName(certificate.subject),
  notBefore: certificate.notBefore,
  notAfter: certificate.notAfter,
  issuedAt,
  profile,
  der: certificate.der,
});
