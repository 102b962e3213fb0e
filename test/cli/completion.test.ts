import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { bashCompletion } from "../../src/cli/completion/bash.ts";
import { fishCompletion } from "../../src/cli/completion/fish.ts";
import { completionCommands } from "../../src/cli/completion/words.ts";
import { zshCompletion } from "../../src/cli/completion/zsh.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { runProgram } from "./process.ts";

/** What bash offers for a line whose last word is being typed. */
const offered = async (line: readonly string[]): Promise<string[]> => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-completion-"));
  try {
    const words = line.map((word) => `'${word}'`).join(" ");
    const ask = `\nCOMP_WORDS=(${words}); COMP_CWORD=${line.length - 1}; _certwright\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`;
    const file = join(folder, "ask.bash");
    writeFileSync(file, bashCompletion(await completionCommands(commands)) + ask);
    writeFileSync(join(folder, "ca.pem"), "");
    const env = { PATH: process.env["PATH"] ?? "" };
    const { code, stdout, stderr } = await runProgram("bash", ["--norc", file], {
      cwd: folder,
      env,
    });
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "");
    return stdout.split("\n").filter((word) => word !== "");
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test("bash offers commands, then the words of a group", async () => {
  const first = await offered(["certwright", ""]);
  assert.ok(first.includes("inspect") && first.includes("etcd"), first.join(" "));
  assert.deepEqual(await offered(["certwright", "insp"]), ["inspect"]);
  assert.ok((await offered(["certwright", "etcd", ""])).includes("check"));
});

test("bash offers the options of the command, the values of an option, else files", async () => {
  assert.ok((await offered(["certwright", "inspect", "--"])).includes("--output"));
  const formats = ["text", "json", "yaml", "pem"];
  assert.deepEqual(await offered(["certwright", "inspect", "-o", ""]), formats);
  assert.deepEqual(await offered(["certwright", "inspect", "c"]), ["ca.pem"]);
});

test("the scripts of all three shells name every command and every long option", async () => {
  const all = await completionCommands(commands);
  const scripts = { bash: bashCompletion(all), zsh: zshCompletion(all), fish: fishCompletion(all) };
  for (const [shell, script] of Object.entries(scripts)) {
    for (const { path, options } of all) {
      for (const word of path) assert.ok(script.includes(word), `${shell}: ${word}`);
      for (const { long } of options) {
        assert.ok(
          script.includes(shell === "fish" ? `-l ${long.slice(2)}` : long),
          `${shell}: ${long}`,
        );
      }
    }
  }
});
