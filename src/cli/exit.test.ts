import assert from "node:assert/strict";
import { test } from "node:test";
import { failure } from "../core/errors/certwright-error.ts";
import { report } from "./exit.ts";
import type { Terminal } from "./terminal.ts";

const said = (error: unknown, debug: boolean): { code: number; lines: string[] } => {
  const lines: string[] = [];
  const terminal: Pick<Terminal, "say" | "emphasize"> = {
    say: (line) => void lines.push(line),
    emphasize: (_style, text) => text,
  };
  const code = report(error, terminal as Terminal, debug);
  return { code, lines };
};

test("an error is told with its hint and its own exit code", () => {
  const { code, lines } = said(failure("file.missing", { path: "pki/ca.pem" }), false);
  assert.equal(code, 1);
  assert.deepEqual(lines, [
    "error: pki/ca.pem: no such file",
    "hint: look at what is there: ls -la pki",
  ]);
});

test("a defect of ours is no verdict: exit code 3, one line, and how to report it", () => {
  const { code, lines } = said(new TypeError("x is not a function\n  somewhere"), false);
  assert.equal(code, 3);
  assert.equal(lines.length, 2);
  assert.equal(lines[0], "error: certwright itself failed: TypeError: x is not a function");
  assert.match(lines[1]!, /^hint: .*report.*--debug/);
});

test("with --debug the stack and its cause are shown", () => {
  const error = new Error("outer", { cause: new Error("inner") });
  const { lines } = said(error, true);
  assert.match(lines[1]!, /Error: outer\n +at /);
  assert.match(lines[1]!, /caused by Error: inner\n +at /);
});
