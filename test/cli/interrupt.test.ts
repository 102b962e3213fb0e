import assert from "node:assert/strict";
import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { certwright, mainFile } from "./process.ts";

/** A server that accepts and says nothing, and a certwright that waits for it. */
const waiting = async (
  then: (child: ChildProcessWithoutNullStreams) => void,
): Promise<{ code: number | null; stderr: string; milliseconds: number }> => {
  const { promise: connected, resolve: onConnected } = Promise.withResolvers<void>();
  const server: Server = createServer((socket) => {
    socket.on("error", () => {});
    onConnected();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, [
    mainFile,
    "inspect",
    `127.0.0.1:${port}`,
    "--timeout",
    "60s",
  ]);
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  try {
    await connected;
    const started = performance.now();
    then(child);
    const code = await ended;
    return { code, stderr, milliseconds: performance.now() - started };
  } finally {
    child.kill("SIGKILL");
    server.close();
  }
};

test("Ctrl-C ends a wait at once with exit code 130 and says what is left behind", async () => {
  const { code, stderr, milliseconds } = await waiting((child) => child.kill("SIGINT"));
  assert.equal(code, 130);
  assert.match(stderr, /interrupted: nothing was changed/);
  assert.ok(milliseconds < 4000, `${milliseconds} ms`);
});

test("SIGTERM does the same", async () => {
  const { code, stderr } = await waiting((child) => child.kill("SIGTERM"));
  assert.equal(code, 130);
  assert.match(stderr, /interrupted/);
});

test("a command on the PKI that Ctrl-C finds at work says where to see what it did, not that nothing was changed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-interrupt-"));
  const words = ["ca", "create", "root", "--dir", folder, "--passphrase-fd", "3"];
  const child = spawn(process.execPath, [mainFile, ...words], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr!.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  try {
    const deadline = Date.now() + 20_000;
    // The store is opened before the passphrase is waited for.
    while (!existsSync(join(folder, "store.sqlite"))) {
      assert.ok(Date.now() < deadline, "the store was not opened");
      await setTimeout(10);
    }
    child.kill("SIGINT");
    while (!stderr.includes("interrupted")) {
      assert.ok(Date.now() < deadline, "the signal was not answered");
      await setTimeout(10);
    }
    (child.stdio[3] as Writable).end("correct horse battery\n");
    assert.equal(await ended, 130);
    assert.doesNotMatch(stderr, /nothing was changed/);
    assert.match(stderr, /interrupted: .*certwright ca log/);
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});

test("Ctrl-C while issue waits for the passphrase: it ends with 130, says that nothing was issued, and nothing was", async () => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-interrupt-"));
  const options = { cwd: folder, env: { PATH: process.env["PATH"] ?? "", HOME: folder } };
  const done = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await certwright(words, options);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const out = join(folder, "out");
  let child: ChildProcess | undefined;
  try {
    writeFileSync(join(folder, "passphrase"), "correct horse battery\n", { mode: 0o600 });
    await done("ca", "create", "root", "--passphrase-file", "passphrase");
    const words = "issue --profile tls-client --cn alice --out out --passphrase-fd 3".split(" ");
    child = spawn(process.execPath, [mainFile, ...words], {
      ...options,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    let output = "";
    child.stdout!.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr!.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child!.on("close", resolve));
    const deadline = Date.now() + 20_000;
    // The folder is made before the passphrase is waited for.
    while (!existsSync(out)) {
      assert.ok(Date.now() < deadline, "the folder was not made");
      await setTimeout(10);
    }
    child.kill("SIGINT");
    while (!output.includes("interrupted")) {
      assert.ok(Date.now() < deadline, "the signal was not answered");
      await setTimeout(10);
    }
    (child.stdio[3] as Writable).end("correct horse battery\n");
    assert.equal(await ended, 130);
    assert.match(output, /interrupted: nothing was issued\n$/);
    assert.deepEqual(readdirSync(out), []);
    assert.equal(JSON.parse(await done("ca", "list", "-c", "-o", "json")).length, 1);
  } finally {
    child?.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a reader that goes away early is no fault", async () => {
  const child = spawn(process.execPath, [mainFile, "completion", "bash"]);
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  // Closed before anything is written: each write meets EPIPE.
  child.stdout.destroy();
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(code, 0);
  assert.equal(stderr, "");
});
