import { define } from "./definition.ts";

export const x509Errors = {
  "x509.malformed": define<{ what: string; offset: number; why: string }>({
    message: (p) => `${p.what} is malformed at byte ${p.offset}: ${p.why}`,
    hint: () => "show its structure with: openssl asn1parse -i -in FILE",
    retry: "never",
    exit: 1,
  }),
  "x509.too-big": define<{ what: string; size: number; limit: number }>({
    message: (p) => `${p.what} has ${p.size} bytes; at most ${p.limit} are read`,
    retry: "never",
    exit: 1,
  }),
  "x509.cannot-write": define<{ field: string; value: string; why: string }>({
    message: (p) => `${p.field} cannot be written as "${p.value}": ${p.why}`,
    retry: "never",
    exit: 2,
  }),
  "x509.key-unsupported": define<{ what: string }>({
    message: (p) => `the key is ${p.what}, which certwright does not sign with`,
    hint: () =>
      "use RSA of 2048 to 4096 bits, P-256, P-384, P-521 or Ed25519, unencrypted PKCS#8: openssl pkcs8 -topk8 -nocrypt -in KEY",
    retry: "never",
    exit: 1,
  }),
  "x509.key-unreadable": define<{ what: string }>({
    message: (p) => `${p.what} is no unencrypted PKCS#8 private key`,
    hint: () => "look at it with: openssl pkey -in KEY -noout -text",
    retry: "never",
    exit: 1,
  }),
  "x509.key-mismatch": define<{ algorithm: string; key: string }>({
    message: (p) => `a key of type ${p.key} cannot make a signature of algorithm ${p.algorithm}`,
    retry: "never",
    exit: 1,
  }),
};
