import { keySpecOf } from "../key-spec.ts";
import type { Case, Objection, Rule } from "../rule.ts";

const smallest = 2048;

const checkNew = ({ request, role }: Case): Objection | undefined => {
  const spec = keySpecOf(request, role);
  if (!("refused" in spec)) return undefined;
  return { message: spec.refused, wouldPass: spec.wouldPass };
};

const checkCsr = ({ request, role }: Case): Objection | undefined => {
  const { algorithm, bits } = request.csr!.publicKey;
  if (algorithm !== "rsa" && algorithm !== "ec") return undefined;
  if (algorithm === "rsa" && bits < smallest && role.keyType === "any") {
    return {
      message: "RSA keys < 2048 bits are unsafe and not supported",
      wouldPass: "a signing request with an RSA key of at least 2048 bits, or an EC key",
    };
  }
  // Under "any" the role's key_bits says nothing: it could not fit RSA and EC both.
  const standard = algorithm === "rsa" ? smallest : role.keyType === "any" ? 224 : 256;
  const least = role.keyType === "any" || role.keyBits === 0 ? standard : role.keyBits;
  if (bits >= least) return undefined;
  return {
    message: `role requires a minimum of a ${least}-bit key, but CSR's key is ${bits} bits`,
    wouldPass: `a signing request with a key of at least ${least} bits`,
  };
};

/** `key_bits`: a minimum for the keys of signing requests; of a new key, the size. */
export const keySize: Rule = {
  name: "key-size",
  demands: "the key is at least as long as the role's key_bits",
  citation: "Vault role parameter key_bits; NIST SP 800-57 part 1 section 5.6.1",
  check: (c) => (c.request.csr === undefined ? checkNew(c) : checkCsr(c)),
};
