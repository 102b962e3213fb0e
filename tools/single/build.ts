import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import postject from "postject";
import { rolldown } from "rolldown";
import configuration from "../../rolldown.config.ts";

/** Node looks for this word in its own file, and for a note of this name behind it (doc/api/single-executable-applications.md). */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const noteName = "NODE_SEA_BLOB";

const root = join(import.meta.dirname, "..", "..");

/** One program that needs no Node: this one with the whole command line in it. Its folder is made; licences lie beside it. */
export const buildSingle = async (program: string): Promise<void> => {
  const work = await mkdtemp(join(tmpdir(), "certwright-single-"));
  try {
    const main = join(work, "certwright.cjs");
    await bundle(main);
    const blob = join(work, "blob");
    const settings = join(work, "settings.json");
    await writeFile(
      settings,
      JSON.stringify({
        main,
        output: blob,
        disableExperimentalSEAWarning: true,
        useCodeCache: true,
        // Whoever sets NODE_OPTIONS would otherwise load code of theirs into a program that handles CA keys.
        execArgvExtension: "none",
      }),
    );
    await promisify(execFile)(process.execPath, ["--experimental-sea-config", settings]);
    await mkdir(dirname(program), { recursive: true });
    // Written beside it and renamed: a program that runs cannot be written over.
    const fresh = `${program}.new`;
    await copyFile(process.execPath, fresh);
    await chmod(fresh, 0o755);
    await postject.inject(fresh, noteName, await readFile(blob), { sentinelFuse: fuse });
    await rename(fresh, program);
    await writeFile(join(dirname(program), "LICENSES.txt"), await licences(work));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

/** As rolldown.config.ts makes the package, but in one file: a single executable can load no other. */
const bundle = async (file: string): Promise<void> => {
  const build = await rolldown({ ...configuration, cwd: root, input: "src/cli/main.ts" });
  try {
    await build.write({ file, format: "cjs", minify: true, codeSplitting: false });
  } finally {
    await build.close();
  }
};

const licences = async (bundled: string): Promise<string> => {
  const files = [
    join(root, "LICENSE"),
    // Of the Node that runs this: beside its bin folder, as in the archives of nodejs.org.
    join(dirname(process.execPath), "..", "LICENSE"),
    join(bundled, "THIRD-PARTY-LICENSES.txt"),
  ];
  const texts = await Promise.all(files.map((one) => readFile(one, "utf8")));
  return texts.join(`\n${"=".repeat(80)}\n\n`);
};
