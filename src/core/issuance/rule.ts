import type { Instant } from "../model/certificate.ts";
import type { CollectedNames } from "./collect-names.ts";
import type { IssueRequest, IssuerFacts, Settings } from "./request.ts";
import type { Role } from "./role.ts";
import type { Validity } from "./validity.ts";

/** One request before the rules, with all that several of them look at. */
export interface Case {
  readonly request: IssueRequest;
  readonly role: Role;
  readonly issuer: IssuerFacts;
  readonly now: Instant;
  readonly settings: Settings;
  readonly names: CollectedNames;
  readonly validity: Validity;
}

export interface Objection {
  /** Vault's text, letter for letter, where Vault has the rule: scripts look for it. */
  readonly message: string;
  /** What request, or what change of the role, would pass; in words, with Vault's parameter names. */
  readonly wouldPass: string;
  /** That change of the role as data, when it is one. */
  readonly roleChange?: Partial<Role>;
}

/** One reason why a certificate may not be issued. */
export interface Rule {
  /** Stable word. */
  readonly name: string;
  /** What it demands, in one line. */
  readonly demands: string;
  /** Where it comes from: RFC section, Vault parameter, issue. */
  readonly citation: string;
  /** Undefined when the case passes. */
  readonly check: (c: Case) => Objection | undefined;
}
