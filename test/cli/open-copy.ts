import { chmodSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const packageFolder = fileURLToPath(new URL("../../packages/certwright", import.meta.url));

let copy: { readonly node: string; readonly main: string } | undefined;

/**
 * Node and the bundled package in a folder of their own, made once a process and removed at its end: a checkout below
 * a home that only its owner enters cannot be run as somebody else. `npm test` bundles before it runs the suites.
 */
export const openCopy = (): { readonly node: string; readonly main: string } => {
  if (copy !== undefined) return copy;
  const folder = mkdtempSync(join(tmpdir(), "certwright-open-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  cpSync(process.execPath, join(folder, "node"));
  for (const part of ["bin", "dist", "package.json"]) {
    cpSync(join(packageFolder, part), join(folder, part), { recursive: true });
  }
  copy = { node: join(folder, "node"), main: join(folder, "bin", "certwright.cjs") };
  return copy;
};
