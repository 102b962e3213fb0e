import { DerReader } from "./der-reader.ts";
import { pkcs } from "./oids.ts";
import { Findings } from "./reading.ts";
import { tag } from "./tags.ts";

/** Encoded [0] certificates (RFC 5652 section 5.1): only plain certificates, not the other choices. */
const readCertificates = (r: DerReader): Uint8Array[] => {
  const certificates: Uint8Array[] = [];
  const outer = r.open("certificates", 0xa0);
  while (r.more) {
    r.next("certificates");
    if (r.tag === tag.sequence) certificates.push(r.element());
  }
  r.leave(outer, "certificates");
  return certificates;
};

/**
 * DER of the certificates inside a PKCS#7 / CMS SignedData ("p7b", "p7c"), in the order of the file.
 * Throws x509.malformed; BER with indefinite lengths, which some exporters write, is refused with the reason.
 */
export const certificatesOfPkcs7 = (der: Uint8Array): Uint8Array[] => {
  const r = new DerReader(der, new Findings("the PKCS#7 structure", "tolerant"));
  r.open("contentInfo");
  if (r.oid("contentType") !== pkcs.signedData) r.fatal("it is not SignedData", r.head);
  r.open("content", 0xa0);
  r.open("signedData");
  r.expect(tag.integer, "version");
  r.expect(tag.set, "digestAlgorithms");
  r.expect(tag.sequence, "encapContentInfo");
  return r.at(0xa0) ? readCertificates(r) : [];
};
