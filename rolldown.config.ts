import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { defineConfig, type Plugin } from "rolldown";

/**
 * Bundles the command line with all it needs, so that the published package has no dependency
 * whose next release could change what signs an operator's certificates.
 * One chunk per command: a start loads the table and the one command that is wanted.
 */
export default defineConfig({
  input: { main: "src/cli/main.ts" },
  platform: "node",
  output: {
    dir: "packages/certwright/dist",
    format: "esm",
    minify: true,
    sourcemap: false,
    cleanDir: true,
    chunkFileNames: "[name]-[hash].js",
  },
  plugins: [licences()],
});

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
