import type { Rule } from "../rule.ts";

/** Proof that who asks has the private key (RFC 2986 section 3). Last, because it is the dearest to check. */
export const csrSignature: Rule = {
  name: "csr-signature",
  demands: "the signing request is signed by its own key",
  citation: "RFC 2986 section 3",
  check: ({ request, settings }) => {
    const { csr } = request;
    if (csr === undefined) return undefined;
    const verifies = settings.verifySignature?.(
      csr.publicKey.spki,
      csr.signatureAlgorithm,
      csr.info,
      csr.signature,
    );
    if (verifies === true) return undefined;
    return {
      message: "request signature invalid",
      wouldPass: "a signing request made anew with the key it names: openssl req -new -key KEY",
    };
  },
};
