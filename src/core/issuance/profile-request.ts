import { failure } from "../errors/certwright-error.ts";
import type { KeySpec } from "../model/key.ts";
import { keyRequest } from "./key-spec.ts";
import type { LeafProfile } from "./profile.ts";
import type { IssueRequest, Settings } from "./request.ts";
import type { Role } from "./role.ts";

/** What {@link evaluate} takes. */
export interface Prepared {
  readonly role: Role;
  readonly request: IssueRequest;
  readonly settings: Settings;
}

const upperBoundCommonName = 64;

const commonNameFor = (
  profile: LeafProfile,
  asked: string,
  names: readonly string[],
): { readonly name: string; readonly standsAmongNames: boolean } => {
  const rule = profile.commonName;
  if (rule !== undefined && "fixed" in rule) {
    if (asked !== "" && asked !== rule.fixed) {
      throw failure("issuance.profile-fixes", {
        profile: profile.name,
        field: "common name",
        value: asked,
        fixed: rule.fixed,
        why: "the program looks for exactly this name",
      });
    }
    return { name: rule.fixed, standsAmongNames: false };
  }
  if (asked === "") {
    if (profile.role.requireCn) {
      throw failure("issuance.profile-needs", {
        profile: profile.name,
        field: "common name",
        example: profile.example,
      });
    }
    // Tools show the common name; verifiers read the names below it, where this one stands too.
    const first = names.find((name) => name.length <= upperBoundCommonName && !name.includes("*"));
    return { name: first ?? "", standsAmongNames: true };
  }
  const name = rule !== undefined && !asked.startsWith(rule.prefix) ? rule.prefix + asked : asked;
  return { name, standsAmongNames: false };
};

/**
 * Joins what a profile dictates with what was asked for. `key` is what to make instead of the profile's own; it is not
 * asked for when a signing request brings one. Throws issuance.profile-fixes, issuance.profile-needs.
 */
export const profileRequest = (
  profile: LeafProfile,
  asked: IssueRequest,
  options: { readonly key?: KeySpec; readonly settings?: Settings } = {},
): Prepared => {
  const { csr } = asked;
  const dns = [...(asked.altNames ?? []), ...(profile.always?.dns ?? [])];
  const ips = [...(asked.ipSans ?? []), ...(profile.always?.ip ?? [])];
  // A signing request brings its own names, and what the profile adds would be dropped with use_csr_sans.
  const fromCsr = csr !== undefined;
  const csrName = csr?.subject.rdns.flat().findLast((a) => a.oid === "2.5.4.3")?.value ?? "";
  const csrDns = (csr?.subjectAltName ?? []).flatMap((n) => (n.kind === "dns" ? [n.value] : []));
  const cn = commonNameFor(
    profile,
    asked.commonName || csrName,
    fromCsr ? csrDns : (asked.altNames ?? []),
  );
  return {
    role: profile.role,
    request: {
      ...asked,
      commonName: cn.name,
      altNames: dns,
      ipSans: ips,
      excludeCnFromSans: !profile.commonNameIsServerName || cn.standsAmongNames,
      ...(fromCsr ? {} : keyRequest(options.key ?? profile.key)),
    },
    settings: {
      leafNotAfter: "truncate",
      serverNameRequired: true,
      ...options.settings,
    },
  };
};
