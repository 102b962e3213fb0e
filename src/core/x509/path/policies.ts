import type { Certificate } from "../../model/certificate.ts";
import { isSelfIssued } from "./directory-names.ts";
import { pathFailure, type PathFailure } from "./failure.ts";
import { policyExtensionsOf, type PolicyExtensions } from "./policy-extensions.ts";
import type { Profile } from "./profile.ts";

/** Inputs (c) to (g) of RFC 5280 section 6.1.1. */
export interface PolicyInput {
  /** Policies that the caller accepts; empty or absent for any. */
  readonly acceptable?: readonly string[];
  readonly requireExplicit?: boolean;
  readonly inhibitMapping?: boolean;
  readonly inhibitAny?: boolean;
}

const anyPolicy = "2.5.29.32.0";

/** A node of the valid policy graph: RFC 9618 has a graph, since RFC 5280's tree can grow exponentially (CVE-2023-0464). */
interface Node {
  readonly policy: string;
  expected: readonly string[];
  readonly parents: readonly Node[];
}

type Level = Map<string, Node>;

/** RFC 9618 section 5.3 for 6.1.3 (d): the next level, from the policies of one certificate. */
const nextLevel = (above: Level, policies: readonly string[], useAny: boolean): Level => {
  const below: Level = new Map();
  for (const policy of policies) {
    if (policy === anyPolicy) continue;
    const expecting = [...above.values()].filter((node) => node.expected.includes(policy));
    const wildcard = above.get(anyPolicy);
    const parents = expecting.length > 0 || wildcard === undefined ? expecting : [wildcard];
    if (parents.length > 0) below.set(policy, { policy, expected: [policy], parents });
  }
  if (!useAny || !policies.includes(anyPolicy)) return below;
  const missing = new Map<string, Node[]>();
  for (const parent of above.values())
    for (const policy of parent.expected)
      if (!below.has(policy)) missing.set(policy, [...(missing.get(policy) ?? []), parent]);
  for (const [policy, parents] of missing)
    below.set(policy, { policy, expected: [policy], parents });
  return below;
};

/** RFC 9618 for 6.1.4 (b); false for a mapping from or to anyPolicy (6.1.4 (a)). */
const applyMappings = (level: Level, found: PolicyExtensions, allowed: boolean): boolean => {
  const subjects = new Map<string, string[]>();
  for (const { issuerPolicy, subjectPolicy } of found.mappings) {
    if (issuerPolicy === anyPolicy || subjectPolicy === anyPolicy) return false;
    if (allowed) subjects.set(issuerPolicy, [...(subjects.get(issuerPolicy) ?? []), subjectPolicy]);
    else level.delete(issuerPolicy);
  }
  for (const [policy, expected] of subjects) {
    const node = level.get(policy);
    const wildcard = level.get(anyPolicy);
    if (node !== undefined) node.expected = expected;
    else if (wildcard !== undefined)
      level.set(policy, { policy, expected, parents: wildcard.parents });
  }
  return true;
};

/** RFC 9618 for 6.1.5 (g): policies of nodes that a leaf comes from and whose only parent is anyPolicy. */
const authorityPolicies = (leaves: Level): Set<string> => {
  const found = new Set<string>();
  const seen = new Set<Node>();
  const walk = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (
      node.policy !== anyPolicy &&
      node.parents.length === 1 &&
      node.parents[0]!.policy === anyPolicy
    )
      found.add(node.policy);
    for (const parent of node.parents) walk(parent);
  };
  for (const leaf of leaves.values()) walk(leaf);
  if (leaves.has(anyPolicy)) found.add(anyPolicy);
  return found;
};

const isAcceptable = (leaves: Level | undefined, acceptable: readonly string[]): boolean => {
  const authority = leaves === undefined ? new Set<string>() : authorityPolicies(leaves);
  if (acceptable.length === 0 || acceptable.includes(anyPolicy)) return authority.size > 0;
  return authority.has(anyPolicy) || acceptable.some((policy) => authority.has(policy));
};

/** Certificate policies of a whole chain (RFC 5280 section 6.1 as updated by RFC 9618). */
export const checkPolicies = (
  chain: readonly Certificate[],
  input: PolicyInput,
  profile: Profile,
): PathFailure | undefined => {
  if (!profile.policies || chain.length === 1) return undefined;
  const unlimited = chain.length;
  let explicit = input.requireExplicit === true ? 0 : unlimited;
  let mapping = input.inhibitMapping === true ? 0 : unlimited;
  let inhibitAny = input.inhibitAny === true ? 0 : unlimited;
  let level: Level | undefined = new Map([
    [anyPolicy, { policy: anyPolicy, expected: [anyPolicy], parents: [] }],
  ]);
  for (let index = chain.length - 2; index >= 0; index--) {
    const certificate = chain[index]!;
    const refuse = (why: string): PathFailure => pathFailure("policy", chain, index, { why });
    const found = policyExtensionsOf(certificate);
    if (found === "malformed") return refuse("a policy extension cannot be read");
    const selfIssued = isSelfIssued(certificate, profile.issuerNames);
    const policies = (certificate.policies ?? []).map(({ oid }) => oid);
    if (policies.length === 0) level = undefined;
    if (level !== undefined)
      level = nextLevel(level, policies, inhibitAny > 0 || (index > 0 && selfIssued));
    if (explicit === 0 && (level === undefined || level.size === 0))
      return refuse("a policy is required, and none is valid all the way");
    if (index === 0) {
      // 6.1.5 (a) and (b).
      if (explicit > 0) explicit -= 1;
      if (found.requireExplicitPolicy === 0) explicit = 0;
      break;
    }
    if (level !== undefined && !applyMappings(level, found, mapping > 0))
      return refuse("a policy mapping names anyPolicy");
    if (!selfIssued) {
      explicit = Math.max(0, explicit - 1);
      mapping = Math.max(0, mapping - 1);
      inhibitAny = Math.max(0, inhibitAny - 1);
    }
    explicit = Math.min(explicit, found.requireExplicitPolicy ?? explicit);
    mapping = Math.min(mapping, found.inhibitPolicyMapping ?? mapping);
    inhibitAny = Math.min(inhibitAny, found.inhibitAnyPolicy ?? inhibitAny);
  }
  if (explicit > 0 || isAcceptable(level, input.acceptable ?? [])) return undefined;
  return pathFailure("policy", chain, 0, {
    why: "none of the policies that are valid is an acceptable one",
  });
};
