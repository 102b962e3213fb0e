/** The walls that the type checker cannot hold. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");

/** What git knows or would take up; on a machine without git, all files outside the folders that it ignores. */
const listFiles = (): string[] => {
  try {
    const options = { cwd: root, encoding: "utf8" } as const;
    return execFileSync("git", ["ls-files", "-co", "--exclude-standard"], options).split("\n");
  } catch {
    return globSync("**/*", {
      cwd: root,
      exclude: ["**/node_modules", ".build", ".git", "packages/*/{dist,schema}"],
    });
  }
};

const tracked = listFiles().filter(
  (file) => file !== "" && statSync(join(root, file), { throwIfNoEntry: false })?.isFile() === true,
);
const sources = tracked.filter((file) => file.endsWith(".ts") && !file.includes("/generated/"));
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const within = (...rooms: string[]): string[] =>
  sources.filter(
    (file) => !file.endsWith(".test.ts") && rooms.some((room) => file.startsWith(`${room}/`)),
  );

/** Comments may speak of what code may not do. */
const withoutComments = (text: string): string =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, " "))
    .replaceAll(/(^|\s)\/\/.*$/gm, "$1");

const findings = (files: readonly string[], pattern: RegExp): string[] =>
  files.flatMap((file) =>
    withoutComments(read(file))
      .split("\n")
      .flatMap((line, index) =>
        pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
      ),
  );

test("the tree under test is not empty", () => {
  assert.ok(sources.length > 50, `${sources.length} sources`);
  assert.ok(within("src/core").length > 20);
});

test("core and engine take time and chance from their ports", () => {
  const banned = /\bDate\.now\b|\bMath\.random\b|\bnew Date\(\)|\bperformance\.|\bIntl\./;
  assert.deepEqual(findings(within("src/core", "src/engine", "src/programs", "sim"), banned), []);
});

test("no shell anywhere: programs run as argument arrays", () => {
  const banned =
    /\bexecSync\(|[^.\w]exec\(|\bshell:\s*true|["'](?:\/bin\/)?(?:ba)?sh["'],\s*\[\s*["']-c/;
  const allowed = new Set(["test/docs/guide.test.ts"]); // a guide's blocks are typed into a shell by people
  assert.deepEqual(
    findings(
      within("src", "sim", "tools", "bench", "test").filter((file) => !allowed.has(file)),
      banned,
    ),
    [],
  );
});

test("only the command line's output file writes to the terminal", () => {
  const banned = /\bconsole\.|\bprocess\.stdout\b/;
  const allowed = new Set(["src/cli/terminal.ts", "src/cli/main.ts"]);
  assert.deepEqual(
    findings(
      within("src").filter((file) => !allowed.has(file)),
      banned,
    ),
    [],
  );
});

const importsOf = (file: string): string[] =>
  [...withoutComments(read(file)).matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g)].map(
    (match) => normalize(join(dirname(file), match[1] ?? "")),
  );

test("imports go one way", () => {
  /** Room -> rooms it may not see. Project references say the same; this names the offender in one line. */
  const forbidden: readonly [string, RegExp][] = [
    ["src/core/model/", /^src\/(?!core\/model\/)/],
    ["src/core/", /^src\/(?!core\/)/],
    ["src/programs/", /^src\/(?!programs\/|core\/model\/)/],
    ["src/ports/", /^src\/(?!ports\/|core\/)/],
    ["src/engine/", /^src\/(?!engine\/|core\/|ports\/|programs\/)/],
    ["src/adapters/", /^src\/cli\//],
    ["sim/", /^src\/(?!core\/|ports\/|engine\/|programs\/)|^(?:test|tools|bench)\//],
    // Only the command line starts simulations: what runs for users never leans on them.
    ["src/(?!cli/)", /^sim\//],
    ["src/", /^(?:test|tools|bench)\//],
  ];
  const wrong = within("src", "sim").flatMap((file) =>
    importsOf(file).flatMap((target) =>
      forbidden.some(([room, pattern]) => new RegExp(`^${room}`).test(file) && pattern.test(target))
        ? [`${file} imports ${target}`]
        : [],
    ),
  );
  assert.deepEqual(wrong, []);
});

test("every source file is used by another one or is an entry", () => {
  const entries =
    /^(?:tools|bench|test)\/|^src\/cli\/(?:main|simulator)\.ts$|\.config\.ts$|\.test\.ts$/;
  const imported = new Set(sources.flatMap(importsOf));
  assert.deepEqual(
    sources.filter((file) => !entries.test(file) && !imported.has(file)),
    [],
  );
});

test("file names say what is inside", () => {
  assert.deepEqual(
    tracked.filter((file) =>
      /(?:^|\/|-)(?:utils?|helpers?|managers?|misc|common)(?:\.|\/)/.test(
        // The name of a program of Kubernetes.
        file.replace("kube-controller-manager", "kcm"),
      ),
    ),
    [],
  );
});

test("no loose ends are marked in the code", () => {
  const marks = new RegExp(
    ["TO", "DO|FIX", "ME|@ts-", "ignore|as an", "y\\b|\\.on", "ly\\("].join(""),
  );
  assert.deepEqual(
    sources.flatMap((file) =>
      read(file)
        .split("\n")
        .flatMap((line, index) =>
          marks.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
        ),
    ),
    [],
  );
});

test("no private key and no public corpus is committed", () => {
  const begin = ["-----BEGIN", "(?:[A-Z]+ )?PRIVATE KEY-----\\s+[A-Za-z0-9+/=]{60}"].join(" ");
  const key = new RegExp(begin);
  assert.deepEqual(
    tracked.filter((file) => key.test(read(file))),
    [],
  );
  assert.deepEqual(
    tracked.filter((file) => /limbo.*\.json$|bettertls.*\.json$/.test(relative(".", file))),
    [],
  );
});
