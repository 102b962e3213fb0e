import type { Instant } from "../../core/model/certificate.ts";
import { rootName } from "../../core/model/estate.ts";
import type { CertificateTemplate, ExtensionsTemplate } from "../../core/model/template.ts";
import { serialOctets, serialOf } from "../../core/issuance/serial.ts";
import { subjectOf } from "../../core/x509/names.ts";
import { purpose } from "../../core/x509/oids.ts";
import { writePem } from "../../core/x509/pem.ts";
import { assembleSigned, writeTbsCertificate } from "../../core/x509/write-certificate.ts";
import { encodeName } from "../../core/x509/write-name.ts";
import type { ExportableKey, KeyMaker } from "../../ports/private-key.ts";
import type { Random } from "../../ports/random.ts";
import type { TlsCredentials } from "../../ports/tls.ts";

/** Restoring and looking at the largest database that etcd recommends (8 GiB) takes minutes. */
const LIFETIME = 24 * 3_600_000;
const ALGORITHM = "ecdsa-sha256";

/**
 * A CA that is forgotten at once, a certificate for 127.0.0.1 and one of etcd's root: whatever users the data has, we
 * are root, and nobody else on this machine is let in. Nothing of it is stored.
 */
export const makeScratchPki = (
  now: Instant,
  { keyMaker, random }: { readonly keyMaker: KeyMaker; readonly random: Random },
): { readonly ca: string; readonly server: TlsCredentials; readonly root: TlsCredentials } => {
  const makeKey = (): ExportableKey => keyMaker.generate({ algorithm: "ec", curve: "P-256" });
  const caKey = makeKey();
  const caName = subjectOf({ commonName: "certwright scratch" });
  const sign = (
    subject: CertificateTemplate["subject"],
    key: ExportableKey,
    extensions: ExtensionsTemplate,
  ): string => {
    const tbs = writeTbsCertificate({
      serial: serialOf(random.bytes(serialOctets)),
      issuer: encodeName(caName),
      subject,
      notBefore: Math.floor(now / 1000) * 1000 - 60_000,
      notAfter: Math.floor((now + LIFETIME) / 1000) * 1000,
      spki: key.spki,
      signatureAlgorithm: ALGORITHM,
      extensions,
    });
    return writePem("CERTIFICATE", assembleSigned(tbs, ALGORITHM, caKey.sign(ALGORITHM, tbs)));
  };
  const leaf = (commonName: string, extensions: ExtensionsTemplate): TlsCredentials => {
    const key = makeKey();
    const certificate = sign(subjectOf({ commonName }), key, {
      keyUsage: ["digitalSignature"],
      ...extensions,
    });
    return { certificate, key: key.pem("pkcs8") };
  };
  return {
    ca: sign(caName, caKey, {
      basicConstraints: { ca: true, pathLength: 0 },
      keyUsage: ["keyCertSign"],
    }),
    server: leaf("scratch", {
      extendedKeyUsage: [purpose.serverAuth, purpose.clientAuth],
      subjectAltName: [{ kind: "ip", bytes: Uint8Array.of(127, 0, 0, 1), value: "127.0.0.1" }],
    }),
    root: leaf(rootName, { extendedKeyUsage: [purpose.clientAuth] }),
  };
};
