import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { runScript } from "./script.ts";

// Each scripts/*.txtar is a test; its first line, a comment, is the title.
const folder = new URL("scripts/", import.meta.url);
for (const name of readdirSync(folder).sort()) {
  const text = readFileSync(new URL(name, folder), "utf8");
  const title = text.split("\n", 1)[0]!.replace(/^#\s*/, "");
  test(`${name}: ${title}`, () => runScript(text));
}
