import type { core } from "zod/mini";
import type { EstateFault } from "../../core/estate/declaration.ts";
import { nearest } from "../../core/text/nearest.ts";
import { estateJsonSchema } from "./schema.ts";

/** A fault and whether it is the name of the field that is wrong, not its value. */
export interface SchemaFault extends EstateFault {
  readonly at: "value" | "name";
}

/** zod's issues in words an operator can act on. */
export const schemaFaults = (
  issues: readonly core.$ZodIssue[],
  document: unknown,
): readonly SchemaFault[] => {
  const faults = faultsOf(issues, document);
  // A misspelt field is one fault, not two: the unknown name and the missing one.
  const misspelt = new Set(faults.flatMap((fault) => fault.meant ?? []));
  return faults.filter((fault) => fault.at === "name" || !misspelt.has(fault.path.join("\0")));
};

const faultsOf = (
  issues: readonly core.$ZodIssue[],
  document: unknown,
): (SchemaFault & { readonly meant?: string })[] =>
  issues.flatMap((issue): (SchemaFault & { readonly meant?: string })[] => {
    const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
    switch (issue.code) {
      case "unrecognized_keys": {
        const known = fieldsAt(path);
        return issue.keys.map((key) => {
          const meant = nearest(key, known);
          return {
            path: [...path, key],
            at: "name",
            message: "there is no such field",
            hint:
              meant === undefined
                ? `the fields here are: ${known.join(", ")}`
                : `did you mean "${meant}"?`,
            ...(meant === undefined ? {} : { meant: [...path, meant].join("\0") }),
          };
        });
      }
      case "invalid_type": {
        const value = valueAt(document, path);
        if (value === undefined) return [{ path, at: "value", message: "this field is missing" }];
        const number = typeof value === "number" && issue.expected === "string";
        return [
          {
            path,
            at: "value",
            message: `must be ${article(issue.expected)}, not ${kindOf(value)}`,
            ...(number ? { hint: `put it in quotes: "${value}"` } : {}),
          },
        ];
      }
      case "invalid_value": {
        const values = issue.values.map(String);
        const value = valueAt(document, path);
        if (value === undefined) {
          return [{ path, at: "value", message: `this field is missing`, hint: oneOf(values) }];
        }
        const meant = nearest(String(value), values);
        const quoted = typeof value === "number" && values.includes(String(value));
        return [
          {
            path,
            at: "value",
            message: quoted ? "is a number, a text is needed" : `"${String(value)}" is not known`,
            hint: quoted
              ? `put it in quotes: "${String(value)}"`
              : meant === undefined
                ? oneOf(values)
                : `did you mean "${meant}"? ${oneOf(values)}`,
          },
        ];
      }
      case "invalid_key":
        return [
          {
            path,
            at: "name",
            message: "is no possible name here",
            hint: "letters, digits, dots, dashes and underscores, at most 63",
          },
        ];
      case "too_small":
        return [
          {
            path,
            at: "value",
            message:
              issue.origin === "array"
                ? `needs at least ${issue.minimum} entry`
                : issue.origin === "string"
                  ? "must not be empty"
                  : `must be at least ${issue.minimum}`,
          },
        ];
      case "too_big":
        return [
          {
            path,
            at: "value",
            message: `must be at most ${issue.maximum}${issue.origin === "string" ? " characters" : issue.origin === "array" ? " entries" : ""}`,
          },
        ];
      case "invalid_format":
        return [
          {
            path,
            at: "value",
            message: `"${String(valueAt(document, path))}" is no possible name here`,
            hint: "letters, digits, dots, dashes and underscores, at most 63",
          },
        ];
      default:
        return [{ path, at: "value", message: issue.message }];
    }
  });

const oneOf = (values: readonly string[]): string => `it is one of ${values.join(", ")}`;

const article = (expected: string): string => {
  switch (expected) {
    case "array":
      return "a list";
    case "object":
    case "record":
      return "fields with names";
    case "string":
      return "a text";
    case "int":
      return "a whole number";
    default:
      return `a ${expected}`;
  }
};

const kindOf = (value: unknown): string =>
  value === null
    ? "empty"
    : Array.isArray(value)
      ? "a list"
      : typeof value === "object"
        ? "fields with names"
        : typeof value === "string"
          ? `the text "${value.slice(0, 60)}"`
          : String(value);

const valueAt = (document: unknown, path: readonly (string | number)[]): unknown => {
  let value = document;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
};

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
}

/** The fields that the schema has at `path`. */
const fieldsAt = (path: readonly (string | number)[]): readonly string[] => {
  let node: SchemaNode | undefined = estateJsonSchema() as SchemaNode;
  for (const step of path) {
    const others: SchemaNode | boolean | undefined = node?.additionalProperties;
    node =
      typeof step === "number"
        ? node?.items
        : (node?.properties?.[step] ?? (typeof others === "object" ? others : undefined));
  }
  return Object.keys(node?.properties ?? {});
};
