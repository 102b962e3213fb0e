/** `npm run single [-- FILE]`: certwright as one program for this kind of machine, which needs no Node and no network. */
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildSingle } from "./build.ts";

const [file = join(import.meta.dirname, "..", "..", ".build", "single", "certwright")] =
  process.argv.slice(2);
const program = resolve(file);
await buildSingle(program);
const size = Math.round(statSync(program).size / 1_000_000);
process.stdout.write(
  `${program} (${size} MB, Node ${process.version}, ${process.platform} ${process.arch})\n`,
);
