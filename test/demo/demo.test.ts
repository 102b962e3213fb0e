import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { componentProgram } from "../../tools/components/cache.ts";
import { leaveOut } from "../left-out.ts";

interface Result {
  readonly etcd: {
    readonly version: string | null;
    readonly members: number;
    readonly real: boolean;
  };
  readonly checks: { readonly total: number; readonly passed: number };
  readonly refusals: { readonly total: number; readonly passed: number; readonly kinds: string[] };
}

/** The first act takes 10 s on two busy cores, the second 60 s. */
const deadline = 300_000;

/** Runs the demo with an empty folder for its temporary files, so that what it leaves can be seen. */
const runDemo = async (
  t: TestContext,
  args: readonly string[],
  onOutput: (text: string, interrupt: () => void) => void = () => {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly left: string[] }> => {
  const temporary = mkdtempSync(join(tmpdir(), "certwright-demo-test-"));
  t.after(() => rmSync(temporary, { recursive: true, force: true }));
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "../../tools/demo/main.ts"), ...args],
    {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ["ignore", "pipe", "inherit"],
      timeout: deadline,
    },
  );
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    onOutput(stdout, () => child.kill("SIGINT"));
  });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  const code = await promise;
  return { code, stdout, left: readdirSync(temporary) };
};

const etcdIsHere = (t: TestContext): boolean => {
  if ((componentProgram("etcd", "etcd") ?? componentProgram("etcd-debian", "etcd")) !== undefined) {
    return true;
  }
  leaveOut(t, "no etcd is in the cache; npm run components etcd-debian");
  return false;
};

test("the demo brings up three real members, sees every refusal and leaves nothing behind", async (t) => {
  if (!etcdIsHere(t)) return;
  const { code, stdout, left } = await runDemo(t, ["--once", "-o", "json"]);
  assert.equal(code, 0);
  const result = JSON.parse(stdout) as Result;
  assert.equal(result.etcd.real, true);
  assert.equal(result.etcd.members, 3);
  assert.match(result.etcd.version ?? "", /^3\.[456]\./);
  assert.equal(result.checks.passed, result.checks.total);
  for (const kind of [
    "no-certificate",
    "wrong-ca",
    "server-certificate",
    "peer-certificate",
    "range",
  ]) {
    assert.ok(result.refusals.kinds.includes(`refusal.${kind}`), kind);
  }
  assert.deepEqual(left, []);
});

test("the second act gives the running cluster new CAs under load: no request fails, in one line of JSON", async (t) => {
  if (!etcdIsHere(t)) return;
  const { code, stdout, left } = await runDemo(t, ["--once", "--act", "rotate", "-o", "json"]);
  assert.equal(code, 0);
  const result = JSON.parse(stdout) as Readonly<Record<string, unknown>> & {
    readonly phases: readonly { readonly id: string; readonly seconds: number }[];
  };
  assert.deepEqual(Object.keys(result), [
    "protocol",
    "members",
    "requests",
    "failed",
    "longestGapMs",
    "restarts",
    "seconds",
    "phases",
  ]);
  assert.equal(result["failed"], 0);
  assert.ok(Number(result["requests"]) > 100, stdout);
  assert.equal(result["protocol"], "cross-signed");
  assert.equal(result["restarts"], 3);
  assert.deepEqual(
    result.phases.map(({ id }) => id),
    ["preflight", "stage", "switch", "drop"],
  );
  assert.deepEqual(left, []);
});

test("Ctrl-C ends the demo's members and removes its folder", async (t) => {
  if (!etcdIsHere(t)) return;
  let asked = false;
  const { code, stdout, left } = await runDemo(t, ["--act", "first"], (text, interrupt) => {
    if (asked || !text.includes("Ctrl-C here")) return;
    asked = true;
    interrupt();
  });
  assert.equal(code, 0);
  assert.match(stdout, /etcdctl put \/shop\/answer 42/);
  assert.deepEqual(left, []);
});

test("without etcd the demo says that it shows stand-ins", async (t) => {
  const { code, stdout, left } = await runDemo(t, ["--once", "--stand-in"]);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /No etcd is used/);
  assert.match(stdout, /the rotation under load, .* is not shown/);
  assert.match(stdout, /27 of 27 checks pass/);
  assert.deepEqual(left, []);
});
