import { equalBytes } from "../../core/bytes/compare.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import { formatName } from "../../core/x509/names.ts";
import { extension } from "../../core/x509/oids.ts";
import type { Issuer, ReissueOrder, SigningGeneration } from "./authority.ts";
import { isSigned } from "./issuers.ts";
import type { AuthorityPorts } from "./ports.ts";

// What a leaf hands on to the one that takes its place, whoever signs that.

export const nameOf = ({ subject }: Certificate): string =>
  formatName(subject) || "an empty subject";

/**
 * Names and rights are signed again without a look at any rule, so only those count that this issuer signed before:
 * whoever can write a file on a node must not get a certificate for what he put into it. The generation that signed.
 */
export const requireLeafOf = (
  ports: AuthorityPorts,
  issuer: Issuer,
  { like, foreign = false }: Pick<ReissueOrder, "like" | "foreign">,
): SigningGeneration | undefined => {
  if (like.basicConstraints?.ca === true || like.keyUsage?.includes("keyCertSign") === true) {
    throw failure("authority.reissue-ca", { subject: nameOf(like) });
  }
  const former = issuer.generations
    .filter(isSigned)
    .find(
      ({ certificate }) =>
        equalBytes(certificate.subject.der, like.issuer.der) &&
        ports.verifySignature(
          certificate.publicKey.spki,
          like.signatureAlgorithm,
          like.tbs,
          like.signature,
        ),
    );
  if (former !== undefined || foreign) return former;
  throw failure("authority.reissue-foreign", {
    subject: nameOf(like),
    signedBy: formatName(like.issuer),
    issuer: issuer.name,
  });
};

/** What a leaf says of its subject, byte for byte. What it says of its issuer belongs to the issuer that was. */
export const keptExtensions: ReadonlySet<string> = new Set([
  extension.basicConstraints,
  extension.keyUsage,
  extension.extKeyUsage,
  extension.subjectAltName,
  extension.certificatePolicies,
  extension.tlsFeature,
]);
