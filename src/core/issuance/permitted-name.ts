import { globMatches } from "./glob.ts";
import { asciiName, isHostname, isWildcardLabel } from "./hostname.ts";
import type { Settings } from "./request.ts";
import type { Role } from "./role.ts";

const equalFold = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** A name taken apart: the domain that is compared, with e-mail user and wildcard label cut off. */
interface Reduced {
  readonly domain: string;
  readonly emailDomain: string | undefined;
  readonly wildcard: string | undefined;
}

const reduce = (name: string, role: Role): Reduced | undefined => {
  const parts = name.split("@");
  if (parts.length > 2) return undefined;
  const emailDomain = parts[1];
  const domain = emailDomain ?? name;
  if (!domain.includes("*")) return { domain, emailDomain, wildcard: undefined };
  // Stronger than allow_any_name; an e-mail address with a wildcard makes no sense.
  if (!role.allowWildcardCertificates || emailDomain !== undefined) return undefined;
  const dot = domain.indexOf(".");
  const wildcard = dot < 0 ? domain : domain.slice(0, dot);
  const rest = dot < 0 ? "" : domain.slice(dot + 1);
  // One wildcard, in the left-most label (RFC 6125 section 6.4.3).
  if (wildcard.split("*").length !== 2 || rest.includes("*")) return undefined;
  return { domain: rest, emailDomain, wildcard };
};

const isWellFormed = ({ domain, wildcard }: Reduced, settings: Settings): boolean => {
  if (domain !== "") {
    const ascii = asciiName(domain, settings.toAscii);
    if ("fault" in ascii || !isHostname(ascii.name)) return false;
  }
  return wildcard === undefined || isWildcardLabel(wildcard);
};

const isLocal = ({ domain, emailDomain }: Reduced, role: Role): boolean =>
  ["localhost", "localdomain"].some(
    (local) =>
      domain === local ||
      emailDomain === local ||
      (role.allowSubdomains && domain.endsWith(`.${local}`)),
  );

const identityTemplate = /\{\{.+?\}\}/;

const matchesDomain = (name: string, reduced: Reduced, role: Role, domain: string): boolean => {
  const { emailDomain, wildcard } = reduced;
  if (
    role.allowBareDomains &&
    (equalFold(name, domain) || (emailDomain !== undefined && equalFold(emailDomain, domain)))
  ) {
    return true;
  }
  // Vault compares the suffix with case, and the whole domain under a wildcard without.
  if (
    role.allowSubdomains &&
    (reduced.domain.endsWith(`.${domain}`) ||
      (wildcard !== undefined && equalFold(reduced.domain, domain)))
  ) {
    return true;
  }
  return role.allowGlobDomains && domain.includes("*") && globMatches(domain, name);
};

/**
 * Whether the role lets this DNS name or e-mail address into a certificate, decided as Vault's validateNames does,
 * its corners included: suffixes are compared with case, globs cross dots, "*.localhost" passes with allow_localhost alone.
 */
export const isPermittedName = (name: string, role: Role, settings: Settings): boolean => {
  const reduced = reduce(name, role);
  if (reduced === undefined) return false;
  if (role.enforceHostnames && !isWellFormed(reduced, settings)) return false;
  if (role.allowAnyName) return true;
  if (role.allowLocalhost && isLocal(reduced, role)) return true;
  return role.allowedDomains.some((allowed) => {
    if (allowed === "") return false;
    const domain =
      role.allowedDomainsTemplate && identityTemplate.test(allowed)
        ? settings.identity?.(allowed)
        : allowed;
    return domain !== undefined && matchesDomain(name, reduced, role, domain);
  });
};

/** The common name: a permitted name, and of a kind that cn_validations lists; a single "disabled" lets everything pass. */
export const isPermittedCommonName = (name: string, role: Role, settings: Settings): boolean => {
  const kinds = role.cnValidations;
  if (kinds.length === 1 && kinds[0] === "disabled") return true;
  if (!isPermittedName(name, role, settings)) return false;
  return kinds.length === 0 || kinds.includes(name.includes("@") ? "email" : "hostname");
};
