import { estateJsonSchema } from "../../src/adapters/estate/schema.ts";

/** The parts of JSON Schema that the estate's uses. */
interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly required?: readonly string[];
}

/** What comes back in several places is described once. */
const isApart = (name: string, path: string): boolean =>
  name === "service" || path === "kubernetes.kubelet";

const formOf = (schema: Schema): string => {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${String(one)}\``).join(", ");
  if (schema.type === "array") return `list of ${formOf(schema.items ?? {})}`;
  if (schema.type === "object")
    return schema.additionalProperties === false ? "fields" : "names with fields";
  return schema.type === "integer" ? "number" : schema.type === "boolean" ? "true, false" : "text";
};

const rowOf = (path: string, schema: Schema, required: boolean): string => {
  const example = schema.examples?.[0];
  const such = example === undefined ? "" : ` For example \`${JSON.stringify(example)}\`.`;
  const words = `${schema.description ?? ""}${such}`.replaceAll("|", "\\|");
  return `| \`${path}\` | ${formOf(schema)} | ${required ? "needed. " : ""}${words} |`;
};

const rowsOf = (schema: Schema, path: string): readonly string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const here = path === "" ? name : `${path}.${name}`;
    const row = rowOf(here, field, schema.required?.includes(name) ?? false);
    return isApart(name, here) ? [row] : [row].concat(below(field, here));
  });

const below = (schema: Schema, path: string): readonly string[] => {
  if (schema.type === "array") {
    return schema.items?.properties === undefined ? [] : rowsOf(schema.items, `${path}[]`);
  }
  const named = schema.additionalProperties;
  if (named === undefined || named === false) return rowsOf(schema, path);
  return named.type === "array" ? below(named, `${path}.NAME`) : rowsOf(named, `${path}.NAME`);
};

const table = (rows: readonly string[]): string =>
  ["| field | form | what |", "|---|---|---|", ...rows].join("\n");

/** Every field of certwright.yaml, from the schema that reads it. */
export const estatePage = (): string => {
  const schema = estateJsonSchema() as Schema;
  const service = schema.properties!["etcd"]!.properties!["service"]!;
  return `# certwright.yaml

Which machines there are, how each is reached, what runs on them and how it is restarted. A mistake is told with line, column, field and the word that was meant, before anything is done. For a Kubernetes cluster \`certwright discover\` writes it; \`certwright estate example\` prints a whole file, \`certwright estate schema\` what an editor needs to complete one. How machines are reached: [guide](../guide/reaching-machines.md).

Made from src/adapters/estate/schema.ts by \`npm run docs\`. NAME is a name of your choice; paths without a leading slash are taken from the file's folder.

${table(rowsOf(schema, ""))}

## service

${service.description ?? ""}

${table(rowsOf(service, "service"))}
`;
};
