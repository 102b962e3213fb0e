import assert from "node:assert/strict";
import { openSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { mainFile } from "./process.ts";

/** Runs certwright on a terminal of its own, made by script(1), and gives what it showed. */
const onTerminal = (env: Record<string, string>): string => {
  const { PATH = "" } = process.env;
  const command = `'${process.execPath}' '${mainFile}' inspct`;
  const shown = spawnSync("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    env: { PATH, TERM: "xterm-256color", ...env },
    encoding: "utf8",
  });
  assert.equal(shown.status, 2, shown.stderr);
  return shown.stdout;
};

test("words are coloured on a terminal, and not when NO_COLOR is set", () => {
  assert.match(onTerminal({}), /\[31m.*error:/);
  const plain = onTerminal({ NO_COLOR: "1" });
  assert.match(plain, /error: "certwright" has no command "inspct"/);
  assert.doesNotMatch(plain, /\[3/);
});

test("a full disk behind the output is said, with exit code 1", () => {
  const full = openSync("/dev/full", "w");
  const run = spawnSync(process.execPath, [mainFile, "version"], {
    stdio: ["ignore", full, "pipe"],
    encoding: "utf8",
  });
  assert.equal(run.status, 1);
  assert.match(run.stderr, /error: cannot write the output: .*ENOSPC/);
});
