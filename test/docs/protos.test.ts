import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

const root = join(import.meta.dirname, "..", "..");
const generated = "src/adapters/etcd/generated/etcd";

test("the generated etcd messages are what buf and ts-proto make of tools/protos", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-protos-"));
  t.after(() => rmSync(folder, { recursive: true }));
  execFileSync(
    join(root, "node_modules/.bin/buf"),
    ["generate", "tools/protos", "--template", "tools/protos/buf.gen.yaml", "-o", folder],
    // The plugin is a script that asks for "node".
    {
      cwd: root,
      timeout: 60_000,
      env: { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}` },
    },
  );
  for (const name of ["auth.ts", "kv.ts", "rpc.ts"]) {
    assert.equal(
      readFileSync(join(root, generated, name), "utf8"),
      readFileSync(join(folder, generated, name), "utf8"),
      `${name} is out of date; run "npm run protos"`,
    );
  }
});
