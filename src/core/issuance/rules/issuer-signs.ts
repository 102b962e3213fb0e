import type { Rule } from "../rule.ts";
import { signatureAlgorithmOf } from "../signature-algorithm.ts";

export const issuerSigns: Rule = {
  name: "issuer-signs",
  demands: "the issuer's key is of an algorithm that we sign with",
  citation: "RFC 8017, RFC 5480, RFC 8410",
  check: ({ issuer, role }) => {
    if (signatureAlgorithmOf(issuer.publicKey, role.signatureBits, role.usePss) !== undefined)
      return undefined;
    return {
      message: `the issuer's key is of algorithm ${issuer.publicKey.algorithm}, which we do not sign with`,
      wouldPass: "an issuer with an RSA, EC or Ed25519 key",
    };
  },
};
