/** `npm run bench -- NAME [-o json]`: runs one benchmark and prints its figure. */
import { parseArgs } from "node:util";
import type { Figure } from "./figure.ts";

const benchmarks: Readonly<Record<string, () => Promise<Figure>>> = {
  parse: async () => (await import("./parse.ts")).run(),
  discover: async () => (await import("./discover.ts")).run(),
  "doctor-sslyze": async () => (await import("./doctor.ts")).runSslyze(),
  "doctor-testssl": async () => (await import("./doctor.ts")).runTestssl(),
  "doctor-ten": async () => (await import("./doctor.ts")).runTen(),
  plan: async () => (await import("./plan.ts")).run(),
  "rotate-bundle": async () => (await import("./rotate.ts")).run("bundle"),
  "rotate-cross-signed": async () => (await import("./rotate.ts")).run("cross-signed"),
  sign: async () => (await import("./sign.ts")).run(),
  start: async () => (await import("./start.ts")).run(),
  "start-inspect": async () => (await import("./start.ts")).runInspect(),
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { output: { type: "string", short: "o", default: "text" } },
});
const [name = ""] = positionals;
const benchmark = benchmarks[name];
if (benchmark === undefined || positionals.length !== 1) {
  console.error(
    `usage: npm run bench -- NAME [-o json]\nNAME is one of: ${Object.keys(benchmarks).join(", ")}`,
  );
  process.exit(2);
}
const figure = await benchmark();
console.log(
  values.output === "json"
    ? JSON.stringify(figure)
    : `${figure.name}: ${figure.ours} against ${figure.peer} (${figure.unit}), ratio ${figure.ratio}`,
);
