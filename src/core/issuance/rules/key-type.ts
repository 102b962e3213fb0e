import type { Rule } from "../rule.ts";

const words: Readonly<Record<string, string>> = { rsa: "rsa", ec: "ec", ed25519: "ed25519" };

/** `key_type`: which algorithm a key must have, and for a new key under "any", that one is named. */
export const keyType: Rule = {
  name: "key-type",
  demands: "the key is of the role's key_type",
  citation: "Vault role parameter key_type",
  check: ({ request, role }) => {
    const { csr } = request;
    if (csr === undefined) {
      if (role.keyType === "any" && request.keyType === undefined) {
        return {
          message:
            'role key type "any" not allowed for issuing certificates without providing key_type and/or key_bits request parameters',
          wouldPass: "a request with key_type=ec (or rsa, ed25519)",
        };
      }
      return undefined;
    }
    const type = words[csr.publicKey.algorithm];
    if (role.keyType === "any") {
      if (type !== undefined) return undefined;
      return {
        message: `Unknown key type in CSR: ${csr.publicKey.algorithm}`,
        wouldPass: "a signing request with an RSA, EC or Ed25519 key",
      };
    }
    if (type === role.keyType) return undefined;
    return {
      message: `role requires keys of type ${role.keyType}`,
      wouldPass: `a signing request with a key of type ${role.keyType}; or a role with key_type=any`,
      roleChange: { keyType: "any" },
    };
  },
};
