import { failure } from "../errors/certwright-error.ts";
import type { Digests } from "../model/cryptography.ts";
import type { Extension, Flaw } from "../model/certificate.ts";
import type { SigningRequest } from "../model/signing-request.ts";
import type { ExtensionsTemplate, SubjectTemplate } from "../model/template.ts";
import { viewOf } from "../bytes/compare.ts";
import { readAlgorithm } from "./algorithms.ts";
import { maxCertificateBytes } from "./budgets.ts";
import { DerReader } from "./der-reader.ts";
import { DerWriter } from "./der-writer.ts";
import {
  decodeValue,
  extensionOf,
  readExtensionSpans,
  type ExtensionSpan,
} from "./extension-list.ts";
import { extension, pkcs } from "./oids.ts";
import { readPublicKey } from "./public-key.ts";
import {
  readAltName,
  readBasicConstraints,
  readExtendedKeyUsage,
  readKeyUsage,
} from "./read-extensions.ts";
import { readName } from "./read-name.ts";
import { Findings, type Reading } from "./reading.ts";
import { tag } from "./tags.ts";
import { checkExtensionsOnce, writeExtensions } from "./write-extensions.ts";
import { writeName } from "./write-name.ts";

/** Reads Attributes [0] (RFC 2986 section 4.1) and returns what the extensionRequest asks for. */
const readAttributes = (r: DerReader): readonly ExtensionSpan[] => {
  const field = "attributes";
  let spans: readonly ExtensionSpan[] | undefined;
  // Required, but empty ones are left out by some old clients; OpenSSL reads those too.
  if (!r.more) {
    r.flaw(
      "signing-request.no-attributes",
      "the attributes field is missing (RFC 2986 section 4.1)",
      r.position,
    );
    return [];
  }
  const outer = r.open(field, 0xa0);
  while (r.more) {
    const attribute = r.open(field);
    const oid = r.oid(field);
    const values = r.open(field, tag.set);
    if (oid === pkcs.extensionRequest) {
      if (spans !== undefined)
        r.flaw("signing-request.two-extension-requests", "extensions are asked for twice", r.head);
      const read = readExtensionSpans(r);
      spans ??= read;
    } else
      while (r.more) {
        r.next(field);
        r.checkNested(field);
      }
    r.leave(values, field);
    r.leave(attribute, field);
  }
  r.leave(outer, field);
  return spans ?? [];
};

/** Extensions whose contents decide what is issued: a strict reading makes sure that each can be decoded. */
const checkedExtensions: readonly (readonly [string, (r: DerReader) => unknown])[] = [
  [extension.basicConstraints, readBasicConstraints],
];

/**
 * Reads a PKCS#10 certification request (RFC 2986). Throws as parseCertificate does.
 * It does not check the signature, which proves that the requester has the key: see `verifySignature`.
 */
export const parseSigningRequest = (
  der: Uint8Array,
  options: { readonly digests: Digests; readonly reading: Reading },
): SigningRequest & { readonly flaws: readonly Flaw[] } => {
  const what = "the signing request";
  if (der.length > maxCertificateBytes)
    throw failure("x509.too-big", { what, size: der.length, limit: maxCertificateBytes });
  const findings = new Findings(what, options.reading);
  const r = new DerReader(der, findings);
  const whole = r.open("certificationRequest");
  const end = r.end;
  const outer = r.open("certificationRequestInfo");
  const info = viewOf(der, r.head, r.stop);
  r.expect(tag.integer, "version");
  const version = r.smallInteger("version");
  if (version !== 0)
    r.flaw(
      "signing-request.version",
      `version is ${version}, not 0 (RFC 2986 section 4.1)`,
      r.head,
    );
  const subject = readName(r, "subject");
  const publicKey = readPublicKey(r, options.digests);
  const spans = readAttributes(r);
  r.leave(outer, "certificationRequestInfo");
  const signatureAlgorithm = readAlgorithm(r, "signatureAlgorithm");
  const signature = r.octetBits("signature");
  r.leave(whole, "certificationRequest");
  if (r.more) r.flaw("der.trailing-data", `bytes behind ${what}`, r.position);

  const decode = <T>(oid: string, read: (reader: DerReader) => T): T | undefined => {
    const span = spans.find((s) => s.oid === oid);
    return span && decodeValue(r, span, read);
  };
  for (const [oid, read] of checkedExtensions) decode(oid, read);
  return {
    der: viewOf(der, 0, end),
    info,
    subject,
    publicKey,
    signatureAlgorithm,
    signature,
    extensions: spans.map((span): Extension => extensionOf(der, span)),
    subjectAltName: decode(extension.subjectAltName, readAltName),
    keyUsage: decode(extension.keyUsage, readKeyUsage),
    extendedKeyUsage: decode(extension.extKeyUsage, readExtendedKeyUsage),
    flaws: findings.flaws,
  };
};

/**
 * DER of the CertificationRequestInfo (RFC 2986 section 4.1): what the requester signs.
 * Its signed form is made by `assembleSigned`. Throws x509.cannot-write.
 */
export const writeSigningRequestInfo = (request: {
  readonly subject: SubjectTemplate | { readonly der: Uint8Array };
  readonly spki: Uint8Array;
  readonly extensions: ExtensionsTemplate;
}): Uint8Array => {
  checkExtensionsOnce(request.extensions);
  const w = new DerWriter(768);
  const { subject } = request;
  const subjectEmpty = "der" in subject ? subject.der.length <= 2 : subject.length === 0;
  if (writeExtensions(w, request.extensions, subjectEmpty)) {
    w.close(tag.sequence, 0);
    w.close(tag.set, 0);
    w.oid(pkcs.extensionRequest, "attribute");
    w.close(tag.sequence, 0);
  }
  w.close(0xa0, 0);
  w.raw(request.spki);
  writeName(w, subject);
  w.integer(0);
  w.close(tag.sequence, 0);
  return w.finish();
};
