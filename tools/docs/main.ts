/** `npm run docs`: writes the reference pages that are made from the program itself. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cliPage } from "./cli.ts";
import { errorsPage } from "./errors.ts";
import { estatePage } from "./estate.ts";
import { faultByToolPage } from "./fault-by-tool.ts";
import { faultPages } from "./faults.ts";
import { profilesPage } from "./profiles.ts";
import { reloadTablePage } from "./reload-table.ts";

const folder = join(import.meta.dirname, "../../docs/reference");

/** Each generated page by its path. */
export const pages = async (): Promise<ReadonlyMap<string, string>> =>
  new Map([
    [join(folder, "cli.md"), await cliPage()],
    [join(folder, "errors.md"), errorsPage()],
    [join(folder, "estate.md"), estatePage()],
    [join(folder, "fault-by-tool.md"), faultByToolPage()],
    [join(folder, "profiles.md"), profilesPage()],
    [join(folder, "reload-table.md"), reloadTablePage()],
    ...[...faultPages()].map(([name, text]) => [join(folder, name), text] as const),
  ]);

if (import.meta.main) {
  for (const [path, text] of await pages()) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
