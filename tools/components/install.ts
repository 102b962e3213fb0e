import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { componentFolder } from "./cache.ts";
import type { Recipe } from "./recipes.ts";

/** What is missing on this machine and how to get it; nothing was changed. */
export class Unavailable extends Error {}

/** Longest build measured is one program of Kubernetes on two busy cores, 15 minutes; twice that. */
const deadlineMs = 30 * 60_000;

const run = (
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Not spawn's own timeout: for a program that is not there its timer is never ended (Node 24.21) and keeps us alive.
    const timer = setTimeout(() => child.kill("SIGKILL"), deadlineMs);
    let tail = "";
    const keep = (chunk: Buffer): void => {
      tail = (tail + chunk.toString("utf8")).slice(-4000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(
        error.code === "ENOENT" ? new Unavailable(`"${command}" is not on this machine`) : error,
      );
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args[0] ?? ""} ended with ${code ?? signal}:\n${tail}`));
    });
  });

const installGo = async (recipe: Recipe & { kind: "go" }, into: string): Promise<void> => {
  const module = join(import.meta.dirname, "go", recipe.module);
  try {
    await run("go", ["version"]);
  } catch (error) {
    if (error instanceof Unavailable) {
      throw new Unavailable("Go 1.26 is not on this machine; get it from https://go.dev/dl/");
    }
    throw error;
  }
  for (const build of recipe.builds) {
    await run(
      "go",
      [
        "build",
        "-trimpath",
        // go.sum decides what is built; a module that differs from it is refused.
        "-mod=readonly",
        ...(recipe.ldflags === undefined ? [] : ["-ldflags", recipe.ldflags]),
        "-o",
        join(into, build.binary),
        build.package,
      ],
      { cwd: module, env: { CGO_ENABLED: "0" } },
    );
  }
};

/** A script that finds its own folder, also through a link, and starts the program of the tree beside it. */
const starter = (program: string, environment: Readonly<Record<string, string>>): string =>
  [
    "#!/bin/sh",
    'here=$(dirname "$(readlink -f "$0")")',
    ...Object.entries(environment).map(([name, paths]) => {
      const whole = paths.split(":").map((path) => `$here/tree/${path}`);
      return `export ${name}="${whole.join(":")}"`;
    }),
    `exec "$here/${program}" "$@"`,
    "",
  ].join("\n");

/**
 * Unpacks Debian packages without installing them: no root, no service started, the machine's own
 * package lists untouched (apt gets its own state folder).
 */
const installDebian = async (recipe: Recipe & { kind: "debian" }, into: string): Promise<void> => {
  const state = await mkdtemp(join(tmpdir(), "certwright-apt-"));
  try {
    await mkdir(join(state, "lists", "partial"), { recursive: true });
    await mkdir(join(state, "cache", "archives", "partial"), { recursive: true });
    await mkdir(join(state, "unpacked"));
    const options = [
      "-q",
      "-o", `Dir::State::lists=${join(state, "lists")}`,
      "-o", `Dir::Cache=${join(state, "cache")}`,
      "-o", "APT::Sandbox::User=",
      "-o", "Acquire::Retries=3",
    ]; // prettier-ignore
    await run("apt-get", [...options, "update"]);
    await run("apt-get", [...options, "download", ...recipe.packages], { cwd: state });
    for (const file of await readdir(state)) {
      if (file.endsWith(".deb")) {
        await run("dpkg-deb", ["-x", join(state, file), join(state, "unpacked")]);
      }
    }
    const inTree = (program: string): string => {
      const path = recipe.from
        .map((folder) => `${folder}/${program}`)
        .find((one) => existsSync(join(state, "unpacked", one)));
      if (path === undefined)
        throw new Error(`none of the packages ${recipe.packages.join(", ")} holds "${program}"`);
      return path;
    };
    if (recipe.environment === undefined) {
      for (const program of recipe.provides) {
        await cp(join(state, "unpacked", inTree(program)), join(into, program));
      }
    } else {
      // Links between libraries stay as they are: cp would make them point into the folder that goes away.
      const links = { recursive: true, verbatimSymlinks: true };
      await cp(join(state, "unpacked"), join(into, "tree"), links);
      for (const program of recipe.provides) {
        const script = starter(`tree/${inTree(program)}`, recipe.environment);
        await writeFile(join(into, program), script, { mode: 0o755 });
      }
    }
    if (recipe.data !== undefined)
      await cp(join(state, "unpacked", recipe.data), into, { recursive: true });
  } finally {
    await rm(state, { recursive: true, force: true });
  }
};

const installPython = async (recipe: Recipe & { kind: "python" }, into: string): Promise<void> => {
  await run("python3", ["-m", "venv", into]);
  await run(join(into, "bin", "python"), [
    "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...recipe.requirements,
  ]); // prettier-ignore
};

/** Installs one component into the cache; the folder appears only when it is complete. */
export const install = async (recipe: Recipe): Promise<void> => {
  const target = componentFolder(recipe);
  await mkdir(dirname(target), { recursive: true });
  await rm(target, { recursive: true, force: true });
  if (recipe.kind === "python") {
    // A virtual environment holds its own absolute path, so it cannot be made elsewhere and moved.
    try {
      await installPython(recipe, target);
    } catch (error) {
      await rm(target, { recursive: true, force: true });
      throw error;
    }
    return;
  }
  const unfinished = await mkdtemp(`${target}.unfinished-`);
  try {
    if (recipe.kind === "go") await installGo(recipe, unfinished);
    else await installDebian(recipe, unfinished);
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
};
