import assert from "node:assert/strict";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { commands } from "../../src/cli/commands/index.ts";
import { runProgram, type Outcome } from "./process.ts";

const root = join(import.meta.dirname, "../..");

/** The package as npm would publish it, installed in an empty folder: packed from a bundle made for this test. */
let folder = "";
let installed = "";

const run = async (file: string, args: readonly string[], cwd: string): Promise<Outcome> => {
  // The Node that runs the tests, for npm and for what it starts.
  const path = `${dirname(process.execPath)}:${join(root, "node_modules/.bin")}:${process.env["PATH"]}`;
  const env = { PATH: path, HOME: folder, npm_config_update_notifier: "false" };
  return runProgram(file, args, { cwd, env, deadline: 120_000 });
};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "certwright-package-"));
  const staged = join(folder, "staged");
  cpSync(join(root, "packages/certwright"), staged, {
    recursive: true,
    filter: (source) => !source.endsWith("/dist"),
  });
  const rolldown = join(root, "node_modules/rolldown/bin/cli.mjs");
  const config = ["--config", "rolldown.config.ts", "--dir", join(staged, "dist")];
  const built = await run(process.execPath, [rolldown, ...config], root);
  assert.equal(built.code, 0, built.stderr);
  const packed = await run("npm", ["pack", "--ignore-scripts", "--silent"], staged);
  assert.equal(packed.code, 0, packed.stderr);
  const empty = join(folder, "empty");
  mkdirSync(empty);
  const tarball = join(staged, packed.stdout.trim());
  const added = await run(
    "npm",
    ["install", "--offline", "--no-audit", "--silent", tarball],
    empty,
  );
  assert.equal(added.code, 0, added.stderr);
  installed = join(empty, "node_modules/certwright");
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("the packed package needs nothing but itself, and starts by its name", async () => {
  const empty = join(folder, "empty");
  const others = globSync("node_modules/*", { cwd: empty });
  assert.deepEqual(others, ["node_modules/certwright"]);
  const help = await run("npx", ["--no-install", "certwright", "--help"], empty);
  assert.equal(help.code, 0, help.stderr);
  assert.match(help.stdout, /^Usage: certwright <command>/);
});

test("every command of the bundle loads and shows its help", async () => {
  const bin = join(installed, "bin/certwright.cjs");
  for (const { path } of commands) {
    const { code, stdout, stderr } = await run(process.execPath, [bin, ...path, "--help"], folder);
    assert.equal(code, 0, `${path.join(" ")}: ${stderr}`);
    assert.ok(stdout.startsWith(`Usage: certwright ${path.join(" ")}`), path.join(" "));
  }
});

test("the simulator of the package runs seeds and reproduces one", async () => {
  const bin = join(installed, "bin/certwright-sim.cjs");
  const many = await run(process.execPath, [bin, "--seeds", "5", "-o", "json"], folder);
  assert.equal(many.code, 0, many.stderr);
  const { seeds, goal, unsafe, stuck, perMinute } = JSON.parse(many.stdout);
  assert.deepEqual({ seeds, goal, unsafe, stuck }, { seeds: 5, goal: 5, unsafe: 0, stuck: 0 });
  assert.ok(perMinute > 0);
  const one = await run(process.execPath, [bin, "--seed", "3"], folder);
  assert.match(one.stdout, /\nseed 3: /);
});

test("the package tells nothing of the machine that made it, and holds no source maps", () => {
  const files = globSync("**/*", { cwd: installed });
  assert.ok(files.includes("README.md") && files.includes("LICENSE"), files.join(" "));
  assert.deepEqual(
    files.filter((file) => file.endsWith(".map") || file.endsWith(".ts")),
    [],
  );
  for (const file of files.filter((name) => /\.(c?js|json|md|txt)$/.test(name))) {
    const text = readFileSync(join(installed, file), "utf8")
      // Where the printed recovery of a cluster puts things on the members' machines (engine/backup/procedure.ts), and
      // where discovery looks for copies of kubeconfigs on nodes, and where the runbook of a recovery lays what is made.
      .replaceAll(/\/root\/(?:snapshot\.db|\$\{|\.kube\/|recovery-by-hand| {3}# on )/g, "");
    for (const place of [root, homedir()]) {
      // Not "clients/root/…", which is a path of ours, where home is /root.
      const found = text
        .split(`${place}/`)
        .slice(0, -1)
        .some((part) => !/\w$/.test(part));
      assert.ok(!found, `${file} holds ${place}`);
    }
    assert.ok(!text.includes("sourceMappingURL"), file);
  }
});

test("an older Node is told in plain words what is needed", () => {
  const text = readFileSync(join(installed, "bin/certwright.cjs"), "utf8");
  // What Node 4 cannot parse: import(), arrows in classes, template strings are ES2015 and fine; these are not.
  assert.doesNotMatch(text, /\bimport\b|\?\.|\?\?|=>|\basync\b|\.\.\.|,\s*\)/);
  const outcome = { stderr: "", exitCode: 0 };
  const old = {
    versions: { node: "18.20.4" },
    execPath: "/usr/bin/node",
    stderr: { write: (words: string) => (outcome.stderr += words) },
    set exitCode(code: number) {
      outcome.exitCode = code;
    },
  };
  const body = text.replace(/^#!.*\n/, "");
  new Function("process", "require", "module", body)(old, assert.fail, {});
  assert.equal(outcome.exitCode, 2);
  assert.match(outcome.stderr, /needs Node\.js 24 or later; this is Node\.js 18\.20\.4/);
  assert.match(outcome.stderr, /npx -p node@24/);
});
