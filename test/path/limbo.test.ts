import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { LimboCase } from "../../tools/limbo/case.ts";
import { Judge } from "../../tools/limbo/judge.ts";
import { readCases } from "../../tools/limbo/read-cases.ts";
import { leaveOut } from "../left-out.ts";
import { assertAgreement, type Outcome, type Ran } from "../vectors/exceptions.ts";
import { betterTlsFile, limboFile } from "./suites.ts";

const outcome = (result: "SUCCESS" | "FAILURE"): Outcome =>
  result === "SUCCESS" ? "accept" : "reject";

const runAll = (cases: readonly LimboCase[], judge: Judge): Ran[] =>
  cases.map((one) => {
    const verdict = judge.judge(one);
    return {
      id: `limbo/${one.id}`,
      expected: outcome(one.expected_result),
      actual: outcome(verdict.result),
      why: verdict.why,
    };
  });

test("x509-limbo agrees but for the exceptions with reasons", (t) => {
  const file = limboFile();
  if ("missing" in file) return leaveOut(t, file.missing);
  const ran = runAll(readCases(file.path), new Judge(Date.now()));
  assert.ok(ran.length >= 90, `${ran.length} cases`);
  assertAgreement(ran);
  return t.diagnostic(`${ran.length} cases of ${file.path}`);
});

test("all 9,572 cases of BetterTLS agree, as they do in Go", (t) => {
  const file = betterTlsFile();
  if ("missing" in file) return leaveOut(t, file.missing);
  const cases = readCases(file.path);
  assert.equal(cases.length, 9572);
  assertAgreement(runAll(cases, new Judge(Date.now())));
  const judge = new Judge(Date.now());
  const asGo = cases.filter((one) => judge.judge(one, "go").result !== one.expected_result);
  return assert.deepEqual(
    asGo.map((one) => one.id),
    [],
  );
});

test("npm run limbo prints one JSON line and counts both kinds of disagreement", (t) => {
  const file = limboFile();
  if ("missing" in file) return leaveOut(t, file.missing);
  const sample = readCases(file.path);
  const good = sample.find((one) => one.id === "webpki::san::exact-dns-san")!;
  const bad = sample.find((one) => one.id === "webpki::san::no-san")!;
  const folder = mkdtempSync(join(tmpdir(), "certwright-limbo-"));
  try {
    const path = join(folder, "four.json");
    const testcases = [
      good,
      bad,
      { ...good, id: "turned::good", expected_result: "FAILURE" },
      { ...bad, id: "webpki::turned::bad", expected_result: "SUCCESS" },
    ];
    writeFileSync(path, JSON.stringify({ version: 1, testcases }));
    const main = join(import.meta.dirname, "..", "..", "tools", "limbo", "main.ts");
    const text = execFileSync(process.execPath, [main, path], {
      encoding: "utf8",
      timeout: 60_000,
    });
    assert.equal(text.trimEnd().includes("\n"), false);
    return assert.deepEqual(JSON.parse(text), {
      cases: 4,
      agree: 2,
      falseAccept: 1,
      falseReject: 1,
      disagreements: ["turned::good", "webpki::turned::bad"],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
