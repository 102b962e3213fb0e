import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "rolldown";

/**
 * Bundles the command line with all it needs, so that the published package has no dependency
 * whose next release could change what signs an operator's certificates.
 * One chunk per command: a start loads the table and the one command that is wanted.
 * CommonJS, because importing a built-in module as ESM reads all its exports: node:process alone
 * opens stdin, and the start costs 4 ms of CPU more (bench/start.ts). Without module.enableCompileCache:
 * it saved less than it cost, and its folder under /tmp is one where another user could leave code for root.
 */
export default defineConfig({
  input: { main: "src/cli/main.ts", simulator: "src/cli/simulator.ts" },
  platform: "node",
  output: {
    dir: "packages/certwright/dist",
    format: "cjs",
    minify: true,
    sourcemap: false,
    cleanDir: true,
    codeSplitting: {
      // Each takes along all that it imports, so that no two chunks need each other half made.
      groups: [
        { name: "errors", test: /\/src\/core\/(errors|text)\//, priority: 2 },
        // What `inspect` needs, in one file: each file costs half a millisecond of start.
        { name: "certificates", test: isOfInspect, priority: 1 },
      ],
    },
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name]-[hash].cjs",
  },
  plugins: [withoutSubprograms(), licences()],
});

function isOfInspect(id: string): boolean {
  const [, path] = id.split("/src/");
  return (
    path !== undefined &&
    !/manifest|x509\/path|render\/verification/.test(path) &&
    /^core\/(bytes|x509|material|inspection|text\/duration|diagnosis\/read-name-der)|^adapters\/(crypto|files|source)|^cli\/(output|values|command\.|render)/.test(
      path,
    )
  );
}

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

/** Ships the licence of everything bundled: the MIT, BSD and Apache licences ask for it. */
function licences(): Plugin {
  return {
    name: "licences",
    generateBundle(_options, bundle) {
      const packages = new Map<string, string[]>();
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        for (const id of chunk.moduleIds) {
          const root = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
          if (root !== undefined) packages.set(root, [...(packages.get(root) ?? []), id]);
        }
      }
      const texts = [...packages.keys()].sort().map((root) => {
        const facts = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
        const text = licenceFile(root) ?? licenceComments(packages.get(root) ?? []);
        return `${facts.name} ${facts.version} (${facts.license})\n\n${text}`;
      });
      this.emitFile({
        type: "asset",
        fileName: "THIRD-PARTY-LICENSES.txt",
        source: texts.join(`\n${"-".repeat(80)}\n\n`),
      });
    },
  };
}

function licenceFile(root: string): string | undefined {
  const name = readdirSync(root).find((file) => /^licen[cs]e(\.(md|txt))?$/i.test(file));
  return name === undefined ? undefined : readFileSync(join(root, name), "utf8");
}

/** What the modules say above their code when a package has no licence file, each text once. */
function licenceComments(modules: readonly string[]): string {
  const comments = modules.flatMap((id) => {
    const head = /^(?:["']use strict["'];\s*)?((?:\/\/.*\n)+)/.exec(readFileSync(id, "utf8"))?.[1];
    return head?.includes("Copyright") === true ? [head.replaceAll(/^\/\/ ?/gm, "")] : [];
  });
  if (comments.length === 0) throw new Error(`no licence to ship for ${modules[0]}`);
  return [...new Set(comments)].join("\n");
}
