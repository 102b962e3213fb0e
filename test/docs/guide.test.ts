import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { componentProgram } from "../../tools/components/cache.ts";
import { mainFile } from "../cli/process.ts";
import { leaveOut } from "../left-out.ts";
import { readGuide, type GuideBlock } from "./guide-blocks.ts";

const root = join(import.meta.dirname, "..", "..");
/** A guide promises ten minutes to a person; a machine that is busy with other tests has five. */
const deadline = 300_000;

const between = "--- block ends ---";

/** All blocks in one shell, as somebody would type them; gives the output of each, both streams together. */
const runBlocks = async (
  blocks: readonly GuideBlock[],
  folder: string,
  path: string,
): Promise<{ readonly code: number | null; readonly outputs: readonly string[] }> => {
  const script = join(folder, ".blocks");
  const parts = blocks.map(({ commands }) => `${commands}echo; echo '${between}'\n`);
  writeFileSync(script, `set -e\nexec 2>&1\n${parts.join("")}`);
  const child = spawn("bash", [script], {
    cwd: folder,
    // A group of its own, so that what the guide starts in the background ends with it.
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: path, HOME: folder, LANG: "C.UTF-8" },
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject);
  child.on("exit", resolve);
  const timer = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), deadline);
  const code = await promise;
  clearTimeout(timer);
  try {
    process.kill(-child.pid!, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
  return { code, outputs: Buffer.concat(chunks).toString("utf8").split(`\n${between}\n`) };
};

const inOrder = (output: string, expected: readonly string[]): string | undefined => {
  let from = 0;
  for (const line of expected) {
    const at = output.indexOf(line.trim(), from);
    if (at < 0) return line;
    from = at + line.trim().length;
  }
  return undefined;
};

/** A folder with `certwright` in it, before everything else on the PATH. */
const commandFolder = (folder: string): string => {
  const bin = join(folder, ".bin");
  mkdirSync(bin);
  const wrapper = join(bin, "certwright");
  writeFileSync(wrapper, `#!/bin/sh\nexec "${process.execPath}" "${mainFile}" "$@"\n`);
  chmodSync(wrapper, 0o755);
  return bin;
};

const followGuide = async (t: TestContext, file: string): Promise<void> => {
  const blocks = readGuide(readFileSync(file, "utf8"));
  const etcd = componentProgram("etcd-debian", "etcd") ?? componentProgram("etcd", "etcd");
  if (etcd === undefined) {
    leaveOut(t, "no etcd is in the cache; npm run components etcd-debian");
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "certwright-guide-"));
  try {
    const path = [commandFolder(folder), dirname(etcd), process.env["PATH"] ?? ""].join(":");
    const { code, outputs } = await runBlocks(blocks, folder, path);
    for (const [i, { line, commands, expected }] of blocks.entries()) {
      const output = outputs[i] ?? "";
      const where = `${file}:${line}`;
      assert.ok(
        i < outputs.length - 1,
        `${where} stopped with ${code}:\n${commands}\n${output.slice(-4000)}`,
      );
      const missing = inOrder(output, expected);
      assert.equal(missing, undefined, `${where} did not print "${missing}" but\n${output}`);
    }
    assert.equal(code, 0);
  } finally {
    endServices(folder);
    rmSync(folder, { recursive: true, force: true });
  }
};

/** What a service command of the guide started is in no group of ours; the guide itself notes the numbers. */
const endServices = (folder: string): void => {
  for (const file of globSync("run/*.pid", { cwd: folder })) {
    const pid = Number(readFileSync(join(folder, file), "utf8"));
    try {
      // Never a number that another program has by now.
      if (readlinkSync(`/proc/${pid}/cwd`) === folder) process.kill(pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
};

const guides = globSync("docs/guide/*.md", { cwd: root }).toSorted();

test("there are guides", () => assert.ok(guides.includes("docs/guide/etcd-in-ten-minutes.md")));

for (const guide of guides) {
  const text = readFileSync(join(root, guide), "utf8");
  if (readGuide(text).length === 0) continue;
  test(`every command of ${basename(guide)} does what the guide says`, (t) =>
    followGuide(t, join(root, guide)));
}
