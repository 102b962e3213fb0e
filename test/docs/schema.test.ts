import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { referenceSchema, schemaText } from "../../tools/schema/main.ts";

test("the JSON Schema in the reference is what the reader of certwright.yaml accepts", () => {
  assert.equal(readFileSync(referenceSchema, "utf8"), schemaText(), 'run "npm run schema"');
});

test("an editor gets a description for every field", () => {
  const undescribed: string[] = [];
  const walk = (schema: Record<string, unknown>, path: string): void => {
    const properties = (schema["properties"] ?? {}) as Record<string, Record<string, unknown>>;
    for (const [name, field] of Object.entries(properties)) {
      // The three issuers are described together, where they stand.
      if (field["description"] === undefined && !/issuers|owner|users/.test(path)) {
        undescribed.push(`${path}.${name}`);
      }
      walk(field, `${path}.${name}`);
    }
    for (const part of ["additionalProperties", "items"]) {
      const inner = schema[part];
      if (typeof inner === "object" && inner !== null) {
        walk(inner as Record<string, unknown>, path);
      }
    }
  };
  walk(JSON.parse(schemaText()) as Record<string, unknown>, "");
  assert.deepEqual(undescribed, []);
});
