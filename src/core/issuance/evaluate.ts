import type { Instant } from "../model/certificate.ts";
import type { KeySpec } from "../model/key.ts";
import { nearest } from "../text/nearest.ts";
import { collectNames } from "./collect-names.ts";
import { keySpecOf } from "./key-spec.ts";
import { keyUsagesFor, roleKeyUsages } from "./key-usages.ts";
import { leafTemplate, type LeafTemplate } from "./leaf-template.ts";
import type { IssueRequest, IssuerFacts, Settings } from "./request.ts";
import type { Role } from "./role.ts";
import { rules } from "./rules.ts";
import type { Case, Objection } from "./rule.ts";
import { extendedKeyUsageWords, keyUsageWords, knownWord } from "./usages.ts";
import { decideValidity } from "./validity.ts";

export interface Refusal extends Objection {
  /** Name of the rule. */
  readonly rule: string;
  readonly citation: string;
}

export type Evaluation =
  | {
      readonly ok: true;
      readonly template: LeafTemplate;
      /** What key to make; absent when a signing request brought one. */
      readonly key?: KeySpec;
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly refusal: Refusal; readonly warnings: readonly string[] };

const caseOf = (
  request: IssueRequest,
  role: Role,
  issuer: IssuerFacts,
  now: Instant,
  settings: Settings,
): Case => ({
  request,
  role,
  issuer,
  now,
  settings,
  names: collectNames(request, role, settings),
  validity: decideValidity(request, role, issuer, now, settings),
});

/**
 * What is written for RSA and EC keys alike: Vault's default, and what its documentation and our profiles say.
 * A role that chose another set is told when a key cannot have it.
 */
const forAnyKey: ReadonlySet<string> = new Set([
  "DigitalSignature,KeyAgreement,KeyEncipherment",
  "DigitalSignature,KeyEncipherment",
]);

const usageWarnings = (c: Case): string[] => {
  const { role, request, settings } = c;
  const warnings: string[] = [];
  for (const [field, given, known] of [
    ["key_usage", role.keyUsage, keyUsageWords],
    ["ext_key_usage", role.extKeyUsage, extendedKeyUsageWords],
  ] as const) {
    for (const word of given) {
      if (knownWord(word, known) !== undefined) continue;
      const near = nearest(word, Object.keys(known));
      warnings.push(
        `the role's ${field} "${word}" is no usage and is left out${near === undefined ? "" : `; did you mean "${near}"?`}`,
      );
    }
  }
  const key = request.csr?.publicKey ?? keySpecOf(request, role);
  if (settings.vaultIdentical !== true && "algorithm" in key) {
    const kept = keyUsagesFor(role, key.algorithm, false);
    const own = !forAnyKey.has(role.keyUsage.join());
    const dropped = roleKeyUsages(role).filter((usage) => !kept.includes(usage));
    if (own && dropped.length > 0) {
      warnings.push(
        `${key.algorithm} keys cannot have the key usage ${dropped.join(", ")}: left out`,
      );
    }
  }
  return warnings;
};

/**
 * Decides whether the role and the issuer let the request become a certificate, in Vault's order; the first refusal wins.
 * `settings` hold what is neither asked for nor in the role; empty ones are Vault's defaults with our additional rules.
 */
export const evaluate = (
  request: IssueRequest,
  role: Role,
  issuer: IssuerFacts,
  now: Instant,
  settings: Settings = {},
): Evaluation => {
  const c = caseOf(request, role, issuer, now, settings);
  const warnings = [...c.names.warnings, ...c.validity.warnings, ...usageWarnings(c)];
  for (const rule of rules) {
    const objection = rule.check(c);
    if (objection !== undefined) {
      return {
        ok: false,
        refusal: { rule: rule.name, citation: rule.citation, ...objection },
        warnings,
      };
    }
  }
  const key = request.csr === undefined ? keySpecOf(request, role) : undefined;
  return {
    ok: true,
    template: leafTemplate(c),
    ...(key === undefined || "refused" in key ? {} : { key }),
    warnings,
  };
};

export interface Explanation {
  readonly rule: string;
  readonly demands: string;
  readonly citation: string;
  /** Rules behind the first refusal are not reached, as when issuing. */
  readonly verdict: "passes" | "refuses" | "not-reached";
  readonly message?: string;
  readonly wouldPass?: string;
}

/** Every rule with its verdict on the request, in the order in which they are asked. */
export const explain = (
  request: IssueRequest,
  role: Role,
  issuer: IssuerFacts,
  now: Instant,
  settings: Settings = {},
): readonly Explanation[] => {
  const c = caseOf(request, role, issuer, now, settings);
  const explanations: Explanation[] = [];
  let refused = false;
  for (const rule of rules) {
    const about = { rule: rule.name, demands: rule.demands, citation: rule.citation };
    const objection = refused ? undefined : rule.check(c);
    if (objection !== undefined) {
      const { message, wouldPass } = objection;
      explanations.push({ ...about, verdict: "refuses", message, wouldPass });
      refused = true;
    } else explanations.push({ ...about, verdict: refused ? "not-reached" : "passes" });
  }
  return explanations;
};
