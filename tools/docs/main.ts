/** `npm run docs`: writes the reference pages that are made from the program itself. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cliPage } from "./cli.ts";
import { errorsPage } from "./errors.ts";
import { profilesPage } from "./profiles.ts";

const folder = join(import.meta.dirname, "../../docs/reference");

/** Each generated page by its path. */
export const pages = async (): Promise<ReadonlyMap<string, string>> =>
  new Map([
    [join(folder, "cli.md"), await cliPage()],
    [join(folder, "errors.md"), errorsPage()],
    [join(folder, "profiles.md"), profilesPage()],
  ]);

if (import.meta.main) {
  for (const [path, text] of await pages()) writeFileSync(path, text);
}
