/** `npm run faults:gaps`: which ids have no file yet, and which no lab case. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { faultIds } from "../../src/core/diagnosis/fault-id.ts";
import { labFault } from "./lab-fault.ts";

const root = join(import.meta.dirname, "../..");

/** Ids without a file of their own, and ids without a situation in the lab. */
export const faultGaps = (): {
  readonly file: readonly string[];
  readonly lab: readonly string[];
} => {
  const files = new Set(
    globSync("src/core/diagnosis/faults/*/*.ts", { cwd: root }).map((file) =>
      file.split("/").slice(-2).join(".").replace(/\.ts$/, ""),
    ),
  );
  const cases = new Set(
    globSync("test/real/faults/cases/**/*.ts", { cwd: root }).map((file) =>
      labFault(readFileSync(join(root, file), "utf8")),
    ),
  );
  return {
    file: faultIds.filter((id) => !files.has(id)),
    lab: faultIds.filter((id) => !cases.has(id)),
  };
};

if (import.meta.main) {
  const { file, lab } = faultGaps();
  process.stdout.write(`no file (${file.length}): ${file.join(" ")}\n`);
  process.stdout.write(`no lab case (${lab.length}): ${lab.join(" ")}\n`);
}
