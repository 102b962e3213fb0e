import type { Objection } from "./rule.ts";
import type { Role } from "./role.ts";

interface Change {
  readonly words: string;
  readonly role: Partial<Role>;
}

const list = (values: readonly string[]): string => values.join(",");

/** Smallest changes first, so that the advice never opens a role further than it must. */
const changesFor = (name: string, role: Role): readonly Change[] => {
  const domain = name.split("@").at(-1)!.replace(/^\*\./, "");
  const base = domain.includes(".") ? domain.slice(domain.indexOf(".") + 1) : domain;
  const validations = [
    ...new Set([...role.cnValidations, name.includes("@") ? "email" : "hostname"]),
  ];
  const withDomain = (extra: string): readonly string[] => [...role.allowedDomains, extra];
  return [
    { words: `cn_validations=${list(validations)}`, role: { cnValidations: validations } },
    { words: "allow_bare_domains=true", role: { allowBareDomains: true } },
    { words: "allow_subdomains=true", role: { allowSubdomains: true } },
    { words: "allow_glob_domains=true", role: { allowGlobDomains: true } },
    { words: "allow_localhost=true", role: { allowLocalhost: true } },
    { words: "allow_wildcard_certificates=true", role: { allowWildcardCertificates: true } },
    {
      words: "allow_wildcard_certificates=true and allow_subdomains=true",
      role: { allowWildcardCertificates: true, allowSubdomains: true },
    },
    {
      words: `allowed_domains=${list(withDomain(domain))} and allow_bare_domains=true`,
      role: { allowedDomains: withDomain(domain), allowBareDomains: true },
    },
    {
      words: `allowed_domains=${list(withDomain(base))} and allow_subdomains=true`,
      role: { allowedDomains: withDomain(base), allowSubdomains: true },
    },
    { words: "enforce_hostnames=false", role: { enforceHostnames: false } },
    {
      words: `enforce_hostnames=false, allowed_domains=${list(withDomain(name))} and allow_bare_domains=true`,
      role: { enforceHostnames: false, allowedDomains: withDomain(name), allowBareDomains: true },
    },
    { words: 'cn_validations="disabled"', role: { cnValidations: ["disabled"] } },
    { words: "allow_any_name=true", role: { allowAnyName: true } },
    {
      words: "allow_any_name=true and enforce_hostnames=false",
      role: { allowAnyName: true, enforceHostnames: false },
    },
  ];
};

const examplesOf = (role: Role): readonly string[] => {
  const examples: string[] = [];
  for (const domain of role.allowedDomains) {
    if (domain === "") continue;
    if (role.allowBareDomains) examples.push(domain);
    if (role.allowSubdomains) examples.push(`a name under .${domain}`);
    if (role.allowGlobDomains && domain.includes("*")) examples.push(`a name like ${domain}`);
  }
  return examples;
};

/**
 * What would pass instead of a refused name: every answer was asked of the same question first, so none is a guess.
 * `passes` is that question with another name or another role.
 */
export const nameAdvice = (
  name: string,
  role: Role,
  passes: (name: string, role: Role) => boolean,
): Pick<Objection, "wouldPass" | "roleChange"> => {
  const lower = name.toLowerCase();
  if (lower !== name && passes(lower, role)) {
    return { wouldPass: `the name in lower case, "${lower}"` };
  }
  const domains = role.allowedDomains.map((domain) => domain.toLowerCase());
  if (passes(name, { ...role, allowedDomains: domains })) {
    return {
      wouldPass: `a role with its domains in lower case, allowed_domains=${list(domains)}: suffixes are compared with case`,
      roleChange: { allowedDomains: domains },
    };
  }
  const change = changesFor(name, role).find((one) => passes(name, { ...role, ...one.role }));
  const examples = examplesOf(role);
  const named = examples.length === 0 ? "" : `${examples.slice(0, 4).join(", ")}; or `;
  if (change === undefined) {
    return { wouldPass: `${named}another name: no setting of a role lets "${name}" pass` };
  }
  return { wouldPass: `${named}a role with ${change.words}`, roleChange: change.role };
};
