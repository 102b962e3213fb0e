import type { Certificate } from "../model/certificate.ts";
import { buildPath, type PathFailure, type PathInput } from "../x509/path.ts";

/** More than that many independent faults of one chain help nobody. */
const maxFailures = 8;

/**
 * All that keeps a chain from verifying, in the order in which a verifier meets it: builds the path, takes the
 * failure for mended and builds again. So a certificate that is expired and for another name gives both,
 * and a fault that would remain after the first fix is known before it is made. Empty: it verifies.
 */
export const failuresOf = (input: PathInput): readonly PathFailure[] => {
  const failures: PathFailure[] = [];
  let next: PathInput | undefined = input;
  while (next !== undefined && failures.length < maxFailures) {
    const result = buildPath(next);
    if (result.ok) break;
    const { failure } = result;
    // A mending that did not help would go on for ever.
    if (failures.some((one) => isSame(one, failure))) break;
    failures.push(failure);
    next = mended(next, failure);
  }
  return failures;
};

const isSame = (a: PathFailure, b: PathFailure): boolean =>
  a.code === b.code && a.blame.fingerprint === b.blame.fingerprint;

/** The same question in a world where this one failure is mended; undefined when that cannot be imagined. */
const mended = (input: PathInput, failure: PathFailure): PathInput | undefined => {
  switch (failure.code) {
    case "name-mismatch": {
      const { name: _name, ...rest } = input;
      return rest;
    }
    case "expired":
    case "not-yet-valid":
      return replaced(input, failure.blame, { notBefore: -Infinity, notAfter: Infinity });
    case "unknown-authority":
      return { ...input, anchors: [...input.anchors, failure.chain.at(-1)!] };
    case "bad-signature":
      return {
        ...input,
        verdicts: new Map(),
        verifySignature: () => true,
      };
    case "incompatible-usage":
    case "key-usage":
      return input.usages.includes("any") ? undefined : { ...input, usages: ["any"] };
    case "revoked":
    case "crl-unusable":
      return { ...input, crls: [] };
    default:
      return undefined;
  }
};

/** One certificate with other facts, wherever it stands; its prototype keeps what is not replaced. */
const replaced = (
  input: PathInput,
  certificate: Certificate,
  facts: Partial<Pick<Certificate, "notBefore" | "notAfter">>,
): PathInput => {
  const other = (one: Certificate): Certificate =>
    one.fingerprint === certificate.fingerprint
      ? Object.create(
          one,
          Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, { value }])),
        )
      : one;
  return {
    ...input,
    leaf: other(input.leaf),
    intermediates: input.intermediates.map(other),
    anchors: input.anchors.map(other),
  };
};
