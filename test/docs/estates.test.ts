import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseEstate } from "../../src/adapters/estate/read-estate.ts";

const root = join(import.meta.dirname, "../..");

test("every estate that a guide shows is one", () => {
  let seen = 0;
  for (const guide of globSync("docs/guide/*.md", { cwd: root })) {
    const text = readFileSync(join(root, guide), "utf8");
    for (const [, estate] of text.matchAll(/^```yaml\n(nodes:\n[\s\S]*?)^```$/gm)) {
      parseEstate(estate!, guide);
      seen += 1;
    }
  }
  assert.ok(seen > 0);
});
