/** Runs as root in a mount namespace of its own, with an empty folder as its word. */
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemNodes } from "../../src/adapters/node/system-nodes.ts";
import { holdsOnBrokenDisks } from "./node-faults.ts";

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
