import type { PolicyIdentifier } from "./role.ts";

const oidForm = /^[0-2](\.\d+)+$/;

const policyOf = (entry: unknown): PolicyIdentifier | undefined => {
  if (typeof entry === "string") return oidForm.test(entry) ? { oid: entry } : undefined;
  if (typeof entry !== "object" || entry === null) return undefined;
  const { oid, notice, cps, ...rest } = entry as Record<string, unknown>;
  if (typeof oid !== "string" || !oidForm.test(oid) || Object.keys(rest).length > 0)
    return undefined;
  if (notice !== undefined && typeof notice !== "string") return undefined;
  if (cps !== undefined && typeof cps !== "string") return undefined;
  return {
    oid,
    ...(notice === undefined ? {} : { notice }),
    ...(cps === undefined ? {} : { cps }),
  };
};

const decoded = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Vault's `policy_identifiers`: "oid,oid", ["oid", …], a JSON text, or a list of {oid, notice, cps}. Undefined when none of these. */
export const parsePolicyIdentifiers = (value: unknown): readonly PolicyIdentifier[] | undefined => {
  if (typeof value === "string") {
    const text = value.trim();
    if (text.startsWith("[") || text.startsWith("{")) return parsePolicyIdentifiers(decoded(text));
    return parsePolicyIdentifiers(text === "" ? [] : text.split(",").map((oid) => oid.trim()));
  }
  if (!Array.isArray(value))
    return value === undefined ? undefined : parsePolicyIdentifiers([value]);
  const policies = value.map(policyOf);
  return policies.every((policy) => policy !== undefined) ? policies : undefined;
};
