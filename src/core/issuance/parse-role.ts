import { failure } from "../errors/certwright-error.ts";
import { parseDuration } from "../text/duration.ts";
import { nearest } from "../text/nearest.ts";
import { parsePolicyIdentifiers } from "./policy-identifiers.ts";
import { defaultRole, type Role } from "./role.ts";
import { parseTimestamp } from "./timestamp.ts";
import { extendedKeyUsageWords, keyUsageWords, knownWord } from "./usages.ts";

type Field = keyof Role;
type Value = Role[Field];

/** "allowIpSans" is "allow_ip_sans" in Vault's API. */
export const wireName = (field: Field): string =>
  field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const fields = Object.keys(defaultRole) as Field[];
const fieldOf = new Map(fields.map((field) => [wireName(field), field]));
/** Vault still returns this one on a read, so a role copied from there has it. */
const ignored = new Set(["allow_token_displayname"]);
const durations = new Set<Field>(["ttl", "maxTtl", "notBeforeDuration"]);
const words: Partial<Record<Field, readonly string[]>> = {
  keyType: ["rsa", "ec", "ed25519", "any"],
  notBeforeBound: ["permit", "duration", "forbid"],
  serialNumberSource: ["json-csr", "json"],
};
const times: Partial<Record<Field, readonly string[]>> = {
  notBefore: [""],
  notAfter: [""],
  notAfterBound: ["permit", "ttl-limited", "forbid"],
};
/** Sizes of Vault's documentation; 0 is the default of the type. */
const sizes: Partial<Record<Field, readonly number[]>> = {
  keyBits: [0, 224, 256, 384, 521, 2048, 3072, 4096, 8192],
  signatureBits: [0, 256, 384, 512],
};

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

interface Place {
  readonly where: string | undefined;
  readonly field: string;
}

const invalid = (place: Place, value: unknown, expected: string, near?: string) =>
  failure("role.invalid-value", {
    ...(place.where === undefined ? {} : { where: place.where }),
    field: place.field,
    value: shown(value),
    expected,
    ...(near === undefined ? {} : { nearest: near }),
  });

/** Vault's form decoding reads "true", "1" and "t" alike (strconv.ParseBool). */
const booleanOf = (place: Place, value: unknown): boolean => {
  if (typeof value === "boolean") return value;
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text === "string") {
    if (/^(1|t|true)$/i.test(text)) return true;
    if (/^(0|f|false)$/i.test(text)) return false;
  }
  throw invalid(place, value, "true or false");
};

const integerOf = (place: Place, value: unknown): number => {
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isSafeInteger(number) && number >= 0) return number;
  throw invalid(place, value, "a whole number");
};

const secondsOf = (place: Place, value: unknown): number => {
  if (value === "") return 0;
  const milliseconds =
    typeof value === "number" && value >= 0
      ? Math.round(value * 1000)
      : typeof value === "string"
        ? parseDuration(value.trim())
        : undefined;
  if (milliseconds === undefined || !Number.isSafeInteger(milliseconds)) {
    throw invalid(place, value, 'a duration such as "72h", "90d" or 3600 (seconds)');
  }
  return Math.floor(milliseconds / 1000);
};

const listOf = (place: Place, value: unknown): readonly string[] => {
  // A comma list with blanks after the commas is one of the traps of Vault's command line.
  if (typeof value === "string") {
    return value
      .split(",")
      .map((entry) => entry.trim())
      .filter((entry) => entry !== "");
  }
  if (Array.isArray(value) && value.every((entry) => typeof entry === "string")) return value;
  throw invalid(place, value, 'a list of texts such as ["a", "b"] or "a,b"');
};

const textOf = (place: Place, value: unknown): string => {
  if (typeof value === "string") return value;
  throw invalid(place, value, "a text");
};

const valueOf = (field: Field, place: Place, value: unknown): Value => {
  if (field === "policyIdentifiers") {
    const policies = parsePolicyIdentifiers(value);
    if (policies !== undefined) return policies;
    throw invalid(place, value, 'a list of policy oids or of {"oid", "notice", "cps"}');
  }
  if (durations.has(field)) return secondsOf(place, value);
  const standard = defaultRole[field];
  if (typeof standard === "boolean") return booleanOf(place, value);
  if (typeof standard === "number") {
    const number = integerOf(place, value);
    const allowed = sizes[field];
    if (allowed !== undefined && !allowed.includes(number)) {
      throw invalid(place, value, `one of ${allowed.join(", ")}`);
    }
    return number;
  }
  if (Array.isArray(standard)) return listOf(place, value);
  const text = textOf(place, value);
  const choice = words[field];
  if (choice !== undefined && !choice.includes(text)) {
    throw invalid(place, value, `one of ${choice.join(", ")}`, nearest(text, choice));
  }
  const time = times[field];
  if (time !== undefined && !time.includes(text) && parseTimestamp(text) === undefined) {
    const others = time.filter((word) => word !== "");
    throw invalid(
      place,
      value,
      [...others, "a time such as 2027-01-31T12:00:00Z"].join(", "),
      nearest(text, others),
    );
  }
  return text as Value;
};

const unknownWords = (
  field: string,
  given: readonly string[],
  known: Readonly<Record<string, string>>,
): string[] =>
  given
    .filter((word) => knownWord(word, known) === undefined)
    .map((word) => {
      const near = nearest(word, Object.keys(known));
      return `${field}: "${word}" is no usage and is left out${near === undefined ? "" : `; did you mean "${near}"?`}`;
    });

const checkTogether = (role: Role, where: string | undefined): void => {
  const place = (field: Field): Place => ({ where, field: wireName(field) });
  if (role.maxTtl > 0 && role.ttl > role.maxTtl) {
    throw invalid(place("ttl"), role.ttl, `at most max_ttl, which is ${role.maxTtl} seconds`);
  }
  const fitting =
    role.keyType === "rsa"
      ? [0, 2048, 3072, 4096, 8192]
      : role.keyType === "ec"
        ? [0, 224, 256, 384, 521]
        : undefined;
  if (fitting !== undefined && !fitting.includes(role.keyBits)) {
    throw invalid(
      place("keyBits"),
      role.keyBits,
      `one of ${fitting.join(", ")}, the sizes of ${role.keyType} keys`,
    );
  }
  for (const oid of role.extKeyUsageOids) {
    // Vault's own words, because scripts look for them.
    if (!/^[0-2](\.\d+)+$/.test(oid)) {
      throw invalid(
        place("extKeyUsageOids"),
        oid,
        "an object identifier such as 1.3.6.1.5.5.7.3.1",
      );
    }
  }
};

export interface ParsedRole {
  readonly role: Role;
  /** Words of usages that mean nothing; Vault drops them without a word. */
  readonly warnings: readonly string[];
}

/**
 * Reads a role in Vault's JSON form (snake_case fields; durations as seconds, "72h" or "1d"; lists as arrays or "a,b").
 * Fields left out have Vault's defaults, or those of `base` when a role is changed. `where` (a path) stands in messages.
 * `unknown` says what becomes of fields that no role has: a refusal for files, a warning for API clients.
 * Throws role.not-an-object, role.unknown-field, role.invalid-value.
 */
export const parseRole = (
  input: unknown,
  options: {
    readonly where?: string;
    readonly base?: Role;
    readonly unknown?: "refuse" | "warn";
  } = {},
): ParsedRole => {
  const { where, base = defaultRole, unknown = "refuse" } = options;
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    const found = input === null ? "null" : Array.isArray(input) ? "a list" : typeof input;
    throw failure("role.not-an-object", { ...(where === undefined ? {} : { where }), found });
  }
  const given: Partial<Record<Field, Value>> = {};
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(input)) {
    if (ignored.has(name)) continue;
    const field = fieldOf.get(name);
    if (field === undefined) {
      const near = nearest(name, fieldOf.keys());
      if (unknown === "warn") {
        warnings.push(
          `a role has no field "${name}"; it is ignored${near === undefined ? "" : `; did you mean "${near}"?`}`,
        );
        continue;
      }
      throw failure("role.unknown-field", {
        ...(where === undefined ? {} : { where }),
        field: name,
        ...(near === undefined ? {} : { nearest: near }),
      });
    }
    if (value === null) continue;
    given[field] = valueOf(field, { where, field: name }, value);
  }
  const role = { ...base, ...given } as Role;
  checkTogether(role, where);
  warnings.push(
    ...unknownWords("key_usage", role.keyUsage, keyUsageWords),
    ...unknownWords("ext_key_usage", role.extKeyUsage, extendedKeyUsageWords),
  );
  return { role, warnings };
};

/** The role in Vault's JSON form, every field, durations in seconds, as a read of Vault's API shows it. */
export const roleToJson = (role: Role): Record<string, unknown> =>
  Object.fromEntries(fields.map((field) => [wireName(field), role[field]]));
