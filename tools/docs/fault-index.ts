/** `npm run faults`: writes the index of doctor's faults from the files that are there. */
import { globSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../../src/core/diagnosis/faults");

/** Path of the generated index. */
export const indexFile: string = join(folder, "index.ts");

/** The index as it should be: one import and one entry a file, in the order of their paths. */
export const faultIndex = (): string => {
  const files = globSync("*/*.ts", { cwd: folder })
    .filter((file) => !file.endsWith(".test.ts"))
    .toSorted();
  const names = files.map((file) =>
    file.replace(/\.ts$/, "").replaceAll(/[/-]+(\w)/g, (_, letter: string) => letter.toUpperCase()),
  );
  return [
    "// Made by `npm run faults` from the files beside it.",
    'import type { Fault } from "../fault.ts";',
    ...files.map((file, i) => `import { fault as ${names[i]} } from "./${file}";`),
    "",
    "/** Every fault doctor can name. */",
    `export const faults: readonly Fault[] = [\n${names.map((name) => `  ${name},\n`).join("")}];`,
    "",
  ].join("\n");
};

if (import.meta.main) writeFileSync(indexFile, faultIndex());
