import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { defineConfig, type Plugin } from "rolldown";

/**
 * Bundles the command line with all it needs, so that the published package has no dependency
 * whose next release could change what signs an operator's certificates.
 * One chunk per command: a start loads the table and the one command that is wanted.
 * CommonJS, because importing a built-in module as ESM reads all its exports: node:process alone
 * opens stdin, and the start costs 4 ms of CPU more (bench/start.ts).
 */
export default defineConfig({
  input: { main: "src/cli/main.ts" },
  platform: "node",
  output: {
    dir: "packages/certwright/dist",
    format: "cjs",
    minify: true,
    sourcemap: false,
    cleanDir: true,
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name]-[hash].cjs",
  },
  plugins: [withoutSubprograms(), licences()],
});

/** Commander loads node:child_process, 6 ms, for commands that are programs of their own; certwright has none. */
function withoutSubprograms(): Plugin {
  const empty = "\0empty";
  return {
    name: "without-subprograms",
    resolveId: (source, importer) =>
      source === "node:child_process" && importer?.includes("/node_modules/commander/")
        ? empty
        : null,
    load: (id) => (id === empty ? "export default {};" : null),
  };
}

/** Ships the licence of everything bundled: the MIT and Apache licences ask for it. */
function licences(): Plugin {
  return {
    name: "licences",
    generateBundle(_options, bundle) {
      const packages = new Set<string>();
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        for (const id of chunk.moduleIds) {
          const root = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
          if (root !== undefined) packages.add(root);
        }
      }
      const texts = [...packages].sort().map((root) => {
        const facts = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
        return `${facts.name} ${facts.version} (${facts.license})\n\n${licenceText(root)}`;
      });
      this.emitFile({
        type: "asset",
        fileName: "THIRD-PARTY-LICENSES.txt",
        source: texts.join(`\n${"-".repeat(80)}\n\n`),
      });
    },
  };
}

function licenceText(root: string): string {
  for (const name of ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "license"]) {
    try {
      return readFileSync(join(root, name), "utf8");
    } catch {
      // The next spelling; a package without a licence file is told below.
    }
  }
  throw new Error(`${dirname(root)}: ${root} has no licence file to ship`);
}
