import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { commands } from "../../src/cli/commands/index.ts";
import { kebab, readFlag } from "../../src/cli/flag.ts";
import { registry } from "../../src/core/errors/registry.ts";
import { pages } from "../../tools/docs/main.ts";

const root = join(import.meta.dirname, "../..");

test("the reference pages are what the program says today", async () => {
  for (const [path, text] of await pages()) {
    const name = relative(root, path);
    assert.equal(readFileSync(path, "utf8"), text, `${name} is stale: npm run docs`);
  }
});

test("every error of the registry is raised somewhere", () => {
  const sources = globSync("src/**/*.ts", { cwd: root })
    .filter((file) => !file.endsWith(".test.ts") && !file.startsWith("src/core/errors/"))
    .map((file) => readFileSync(join(root, file), "utf8"))
    .join("\n");
  const stale = Object.keys(registry).filter((code) => !sources.includes(`"${code}"`));
  assert.deepEqual(stale, []);
});

test("every option is keyed by its long flag, and every command has a description and examples", async () => {
  for (const entry of commands) {
    const name = entry.path.join(" ");
    const { command } = await entry.load();
    assert.ok(command.description.length > 20, name);
    assert.ok(command.examples.length > 0, `${name} has no example`);
    for (const { command: line } of command.examples) {
      assert.ok(line.includes(`certwright ${name}`), `${name}: "${line}" is no example of it`);
    }
    for (const [key, option] of Object.entries(command.options ?? {})) {
      assert.equal(readFlag(option.flag).long, kebab(key), `${name}: ${option.flag}`);
    }
    assert.match(
      entry.summary,
      /^[A-Z][^.]*$/,
      `${name}: a summary is one clause without a full stop`,
    );
  }
});
