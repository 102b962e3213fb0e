/**
 * `npm test`: types, lint, format, unit tests, then the suites with real programs.
 * By hand it fetches what is quick, runs what it can and says what it left out;
 * with CI=true everything is fetched and built, and whatever is absent is a failure.
 */
import { spawn } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { cacheRoot, componentFolder, isInstalled, recipeOf } from "../components/cache.ts";
import { ensure } from "../components/main.ts";
import { recipes } from "../components/recipes.ts";

const root = join(import.meta.dirname, "..", "..");
const ci = process.env["CI"] === "true";

/** By hand the whole must end within 10 minutes on a fresh machine: no compiling there. */
const quick = new Set(["etcd-debian", "pkilint", "openssl"]);
/** What benchmarks alone compare with; no test runs it. */
const forBenchmarks = new Set(["sslyze", "testssl"]);
/** The machine's own OpenSSL is what its users have; ours is for machines without one. */
const hasOpenssl = (process.env["PATH"] ?? "")
  .split(delimiter)
  .some((folder) => existsSync(join(folder, "openssl")));
const tested = recipes.filter(
  ({ name, nightly }) =>
    nightly !== true && !forBenchmarks.has(name) && !(name === "openssl" && hasOpenssl),
);
/** Whole suites: CI has 90 minutes on a cold machine, components take up to 25 of them; measured at 20 on two busy cores. */
const suiteDeadlineMs = (ci ? 45 : 8) * 60_000;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const run = (command: string, args: readonly string[]): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: join(cacheRoot, "compile"),
        PATH: [
          join(root, "node_modules", ".bin"),
          process.env["PATH"] ?? "",
          ...(hasOpenssl ? [] : [componentFolder(recipeOf("openssl"))]),
        ].join(delimiter),
      },
    });
    const timer = setTimeout(() => child.kill("SIGTERM"), suiteDeadlineMs);
    child.on("error", () => {
      clearTimeout(timer);
      resolve(127);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });

const failures = mkdtempSync(join(tmpdir(), "certwright-failures-"));
let suitesRun = 0;

/** Tests, of which what failed is said once more at the end. */
const test = (...args: readonly string[]): Promise<number> =>
  run("node", [
    "--test",
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    "--test-reporter=./tools/test/failed-tests.ts",
    `--test-reporter-destination=${join(failures, `${suitesRun++}.log`)}`,
    ...args,
  ]);

interface Stage {
  readonly title: string;
  readonly work: () => Promise<number>;
}

const isSlow = (file: string): boolean => file.endsWith(".slow.test.ts");
/** With a Kubernetes cluster, which takes both cores to itself: one after the other. */
const isCluster = (file: string): boolean => file.endsWith(".cluster.test.ts");
/** `npm run nightly`: what would make CI too long. */
const isNightly = (file: string): boolean => file.endsWith(".nightly.test.ts");
const all = globSync("test/**/*.test.ts", { cwd: root }).toSorted();
const suites = all.filter((file) => !isCluster(file) && !isNightly(file));
const leftOut: string[] = [];

const stages: readonly Stage[] = [
  { title: "Types: every room compiles behind its walls", work: () => run("tsc", ["-b"]) },
  {
    title: "Lint and format",
    work: async () =>
      (await run("oxlint", ["--type-aware", "--deny-warnings", "."])) ||
      (await run("oxfmt", ["--check", "."])),
  },
  { title: "Bundle: what users get", work: () => run("npm", ["run", "-s", "bundle"]) },
  {
    title: "Unit tests",
    work: () =>
      test(
        "--test-isolation=none",
        ...globSync("{src,sim}/**/*.test.ts", { cwd: root }).toSorted(),
      ),
  },
  {
    title: "Real programs for the suites",
    work: async () => {
      const wanted = tested.filter((recipe) => ci || quick.has(recipe.name));
      const missing = await ensure(wanted);
      for (const [name, why] of missing) {
        say(`${name} is not to be had here: ${why}`);
        leftOut.push(`what needs ${name} (${why.split("\n")[0]})`);
      }
      for (const recipe of tested) {
        if (isInstalled(recipe))
          say(`${recipe.name} ${recipe.version} in ${componentFolder(recipe)}`);
        else if (!missing.has(recipe.name)) {
          leftOut.push(
            `what needs ${recipe.name} ${recipe.version} (get it with: npm run components ${recipe.name})`,
          );
        }
      }
      return ci && missing.size > 0 ? 1 : 0;
    },
  },
  {
    title: "Suites with real programs",
    work: () => {
      if (!ci) for (const file of suites.filter(isSlow)) leftOut.push(`${file} (slow)`);
      return test("--test-concurrency=2", ...suites.filter((file) => ci || !isSlow(file)));
    },
  },
  {
    title: "Kubernetes clusters",
    work: async () => {
      const files = all.filter(isCluster);
      if (ci) return test("--test-concurrency=1", ...files);
      for (const file of files) leftOut.push(`${file} (a cluster)`);
      return 0;
    },
  },
];

const started = Date.now();
const seconds = (): number => Math.round((Date.now() - started) / 1000);
const failedStages: string[] = [];
for (const stage of stages) {
  say(`\n== ${stage.title} (at ${seconds()} s)`);
  const code = await stage.work();
  if (code !== 0) {
    failedStages.push(stage.title);
    say(`== FAILED with ${code}: ${stage.title}`);
  }
}
if (leftOut.length > 0) {
  say("\nLeft out on this run (all of it runs with CI=true; npm run nightly has still more):");
  for (const one of leftOut) say(`  - ${one}`);
}
for (const file of globSync("*.log", { cwd: failures }).toSorted()) {
  say(readFileSync(join(failures, file), "utf8"));
}
rmSync(failures, { recursive: true });
say(
  failedStages.length === 0
    ? `\nAll stages passed in ${seconds()} s.`
    : `\n${failedStages.length} of ${stages.length} stages failed, after ${seconds()} s: ${failedStages.join(", ")}.`,
);
process.exitCode = failedStages.length === 0 ? 0 : 1;
