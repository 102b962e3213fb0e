/** Runs as root in a mount namespace of its own, with an empty folder as its word. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemNodes } from "../../src/adapters/node/system-nodes.ts";
import { holdsOnBrokenDisks } from "./node-faults.ts";
import { replacing } from "./node.ts";

const [folder] = process.argv.slice(2) as [string];
const size = 1024 * 1024;
const ballast = join(folder, "ballast");
execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "small", folder]);
const node = await systemNodes.open({ name: "here", addresses: [], access: { kind: "local" } });
const free = (): void => rmSync(ballast, { force: true });
await holdsOnBrokenDisks(node, {
  there: folder,
  here: folder,
  fill(left) {
    free();
    const available = execFileSync("stat", ["-f", "-c", "%a %S", folder], { encoding: "utf8" });
    const [blocks, block] = available.split(" ").map(Number) as [number, number];
    writeFileSync(ballast, new Uint8Array(blocks * block - left));
  },
  free,
  readOnly: (on) => void execFileSync("mount", ["-o", `remount,${on ? "ro" : "rw"}`, folder]),
});

// A name that is busy, as a container's volume of a single file.
const [one, two] = [join(folder, "one"), join(folder, "two")];
writeFileSync(one, "one");
writeFileSync(two, "two");
execFileSync("mount", ["--bind", two, two]);
await assert.rejects(node.write([replacing(one, "one", "1"), replacing(two, "two", "2")]), {
  code: "node.half-written",
  message: new RegExp(`^here: ${one} written, but not ${two} that belongs to it: .*EBUSY`),
});
assert.equal(readFileSync(one, "utf8"), "1");
assert.equal(readFileSync(two, "utf8"), "two");
assert.deepEqual(
  readdirSync(folder).filter((name) => name.endsWith(".tmp")),
  [],
);
