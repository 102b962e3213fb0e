/** `npm run schema`: writes the JSON Schema of certwright.yaml from the schema that reads it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { estateJsonSchema } from "../../src/adapters/estate/schema.ts";

const root = join(import.meta.dirname, "..", "..");

/** In the reference, committed. */
export const referenceSchema: string = join(root, "docs/reference/certwright.schema.json");
/** In the package, made when it is bundled. */
const packagedSchema: string = join(root, "packages/certwright/schema/certwright.schema.json");

export const schemaText = (): string => `${JSON.stringify(estateJsonSchema(), undefined, 2)}\n`;

if (import.meta.main) {
  for (const file of [referenceSchema, packagedSchema]) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, schemaText());
  }
}
