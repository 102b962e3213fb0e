import type { Instant } from "../../core/model/certificate.ts";
import { serialOctets, serialOf } from "../../core/issuance/serial.ts";
import { subjectOf } from "../../core/x509/names.ts";
import { purpose } from "../../core/x509/oids.ts";
import { writePem } from "../../core/x509/pem.ts";
import { assembleSigned, writeTbsCertificate } from "../../core/x509/write-certificate.ts";
import { encodeName } from "../../core/x509/write-name.ts";
import type { KeyMaker } from "../../ports/private-key.ts";
import type { Random } from "../../ports/random.ts";
import type { TlsCredentials } from "../../ports/tls.ts";

/** Long enough for one check, with room for clocks that are not alike. */
const minutes = 60_000;

/**
 * A client certificate with everything right except who signed it: a CA made for this and forgotten with it.
 * Nothing of it is stored or written.
 */
export const throwawayClient = (
  commonName: string,
  now: Instant,
  { keyMaker, random }: { readonly keyMaker: KeyMaker; readonly random: Random },
): TlsCredentials => {
  const ca = keyMaker.generate({ algorithm: "ec", curve: "P-256" });
  const key = keyMaker.generate({ algorithm: "ec", curve: "P-256" });
  const tbs = writeTbsCertificate({
    serial: serialOf(random.bytes(serialOctets)),
    issuer: encodeName(subjectOf({ commonName: "certwright check, not a CA of this estate" })),
    subject: subjectOf({ commonName }),
    notBefore: Math.floor((now - 10 * minutes) / 1000) * 1000,
    notAfter: Math.floor((now + 10 * minutes) / 1000) * 1000,
    spki: key.spki,
    signatureAlgorithm: "ecdsa-sha256",
    extensions: {
      keyUsage: ["digitalSignature"],
      extendedKeyUsage: [purpose.clientAuth],
    },
  });
  const der = assembleSigned(tbs, "ecdsa-sha256", ca.sign("ecdsa-sha256", tbs));
  return { certificate: writePem("CERTIFICATE", der), key: key.pem("pkcs8") };
};
