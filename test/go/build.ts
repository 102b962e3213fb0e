import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cacheRoot } from "../../tools/components/cache.ts";

export type GoProgram = { readonly path: string } | { readonly missing: string };

/** A build downloads a few modules and compiles the standard library once; ten minutes are enough on two busy cores. */
const buildDeadlineMs = 600_000;

const go = (args: readonly string[], cwd: string): string =>
  execFileSync("go", args, {
    cwd,
    encoding: "utf8",
    timeout: buildDeadlineMs,
    env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" },
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();

/** One value of `go env`, or undefined without Go. */
export const goEnv = (name: string): string | undefined => {
  try {
    return go(["env", name], import.meta.dirname);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
};

/** The program of test/go/DIR, built once for each state of its sources and each version of Go. */
export const goProgram = (dir: string): GoProgram => {
  const folder = join(import.meta.dirname, dir);
  const version = goEnv("GOVERSION");
  if (version === undefined)
    return { missing: "Go is not on this machine; get it from https://go.dev/dl/" };
  const state = createHash("sha256").update(version);
  for (const file of readdirSync(folder).toSorted())
    state.update(file).update(readFileSync(join(folder, file)));
  const home = join(cacheRoot, "go", `${dir}-${state.digest("hex").slice(0, 16)}`);
  const path = join(home, dir);
  if (existsSync(path)) return { path };
  mkdirSync(home, { recursive: true });
  // Two runs may build at once; each renames a whole program into place.
  const building = join(home, `${dir}.${process.pid}`);
  go(["build", "-trimpath", "-o", building, "."], folder);
  renameSync(building, path);
  return { path };
};
