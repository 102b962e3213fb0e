import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildSingle } from "../../tools/single/build.ts";
import { runProgram, type Outcome } from "./process.ts";

/** Alone in a folder, as somebody carries it to a machine on which nothing else is left. */
let folder = "";

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "certwright-single-"));
  await buildSingle(join(folder, "certwright"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** No PATH, so no Node, no ssh, no openssl. */
const run = (args: readonly string[], env: Readonly<Record<string, string>>): Promise<Outcome> =>
  runProgram(join(folder, "certwright"), args, {
    cwd: folder,
    env: { PATH: "", HOME: folder, ...env },
    deadline: 60_000,
  });

test("it starts where no other program can be found, and loads no code that the environment names", async () => {
  const other = join(folder, "other.cjs");
  writeFileSync(other, "process.stdout.write('loaded'); process.exit(7);");
  const { code, stdout, stderr } = await run(["--version"], { NODE_OPTIONS: `--require ${other}` });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test("it keeps a PKI: database and cryptography are in it", async () => {
  const passphrase = join(folder, "passphrase");
  writeFileSync(passphrase, "a passphrase for tests\n", { mode: 0o600 });
  const env = { CERTWRIGHT_PASSPHRASE_FILE: passphrase };
  const made = await run(["ca", "create", "root-ca"], env);
  assert.equal(made.code, 0, made.stderr);
  const { stdout } = await run(["ca", "list", "-o", "json"], env);
  assert.match(stdout, /"root-ca"/);
});

test("the licences of all that is in it lie beside it", () => {
  const text = readFileSync(join(folder, "LICENSES.txt"), "utf8");
  for (const part of ["Apache License", "Node.js is licensed", "commander"]) {
    assert.ok(text.includes(part), part);
  }
});
