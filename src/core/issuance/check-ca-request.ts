import type { GeneralName } from "../model/name.ts";
import type { CaRequest } from "./ca-template.ts";
import type { Refusal } from "./evaluate.ts";
import { signatureAlgorithmOf } from "./signature-algorithm.ts";

/** What stands in the way of a new CA's certificate, whoever signs it; undefined when nothing does. */
export const checkCaRequest = (request: CaRequest): Refusal | undefined =>
  checkCaKey(request.key) ??
  checkSubject(request.subject) ??
  checkConstraints(request) ??
  checkTrustDomain(request.trustDomain);

/** What stands in the way of a key as a CA's. */
export const checkCaKey = (key: CaRequest["key"]): Refusal | undefined => {
  if (signatureAlgorithmOf(key) === undefined) {
    return {
      rule: "issuer-signs",
      citation: "RFC 8017, RFC 5480, RFC 8410",
      message: `a CA's key cannot be of algorithm ${key.algorithm}: we could not sign with it`,
      wouldPass: "an RSA, EC or Ed25519 key",
    };
  }
  if (key.algorithm === "rsa" && key.bits < 2048) {
    return {
      rule: "key-size",
      citation: "NIST SP 800-57 part 1 section 5.6.1",
      message: "RSA keys < 2048 bits are unsafe and not supported",
      wouldPass: "an RSA key of at least 2048 bits, or an EC key",
    };
  }
  return undefined;
};

/** RFC 5280 appendix A.1 (ub-common-name and its like), as the rule subject-length has it for leaves. */
const longest = 64;

const checkSubject = (subject: CaRequest["subject"]): Refusal | undefined => {
  const refusal = (message: string): Refusal => ({
    rule: "subject-length",
    citation: "RFC 5280 section 4.1.2.6 and appendix A.1",
    message,
    wouldPass: `a common name and organizations of 1 to ${longest} characters`,
  });
  if (subject.length === 0) return refusal("the CA's name is empty");
  const long = subject.flat().find(({ value }) => [...value].length > longest);
  if (long === undefined) return undefined;
  const length = [...long.value].length;
  return refusal(
    `a part of the CA's name has ${length} characters, but at most ${longest} are allowed`,
  );
};

const label = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
/** Go and OpenSSL take a leading dot for "below this domain only", so it may be meant. */
const domain = new RegExp(String.raw`^\.?${label}(?:\.${label})*$`);

const checkConstraints = ({ nameConstraints }: CaRequest): Refusal | undefined => {
  // The empty domain is every name: a way to exclude all of them, while permitting it holds nothing back.
  const wrong =
    domainsOf(nameConstraints?.permitted).find((name) => !isDomain(name)) ??
    domainsOf(nameConstraints?.excluded).find((name) => name !== "" && !isDomain(name));
  if (wrong === undefined) return undefined;
  return {
    rule: "constraint-form",
    citation: "RFC 5280 section 4.2.1.10",
    message: `"${wrong}" is not a domain, and as a name constraint it would not hold back what it should`,
    wouldPass: "a domain without wildcard, such as example.com: it stands for all names below, too",
  };
};

const domainsOf = (names: readonly GeneralName[] = []): readonly string[] =>
  names.flatMap((name) => (name.kind === "dns" ? [name.value] : []));

const isDomain = (text: string): boolean => text.length <= 253 && domain.test(text);

/** SPIFFE-ID section 2.1: lower-case letters, digits, dots, dashes and underscores. */
const trustDomainForm = /^[a-z0-9._-]{1,255}$/;

const checkTrustDomain = (trustDomain: string | undefined): Refusal | undefined => {
  if (trustDomain === undefined || trustDomainForm.test(trustDomain)) return undefined;
  return {
    rule: "trust-domain",
    citation: "SPIFFE-ID section 2.1",
    message: `"${trustDomain}" is no trust domain`,
    wouldPass: "lower-case letters, digits, dots and dashes without spiffe://: cluster.local",
  };
};
