/** What kind of key to make. */
export type KeySpec =
  | { readonly algorithm: "rsa"; readonly bits: 2048 | 3072 | 4096 }
  | { readonly algorithm: "ec"; readonly curve: "P-256" | "P-384" | "P-521" }
  | { readonly algorithm: "ed25519" };

/** Signature algorithms that certwright writes. It reads more. */
export type SignatureAlgorithm =
  | "rsa-sha256"
  | "rsa-sha384"
  | "rsa-sha512"
  | "rsa-pss-sha256"
  | "rsa-pss-sha384"
  | "rsa-pss-sha512"
  | "ecdsa-sha256"
  | "ecdsa-sha384"
  | "ecdsa-sha512"
  | "ed25519";
