import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const bin = join(root, "packages/certwright/bin/certwright.cjs");

/** CPU of a command's start against a bare `node -e 0`, the least of many runs of both in turn. */
export interface StartFigure {
  readonly name: string;
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  readonly unit: string;
}

const runs = 21;

/** `certwright --help` from the bundle. */
export const run = (): StartFigure => measure("start", [bin, "--help"]);

/** `certwright inspect FILE` from the bundle, for a file with one certificate. */
export const runInspect = (): StartFigure => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-start-"));
  try {
    const file = join(folder, "certificate.pem");
    const key = join(folder, "certificate.key");
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        key,
        "-out",
        file,
        "-subj",
        "/CN=start",
        "-days",
        "30",
      ],
      { stdio: "ignore" },
    );
    rmSync(key);
    return measure("start-inspect", [bin, "inspect", file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const measure = (name: string, args: readonly string[]): StartFigure => {
  if (!existsSync(join(root, "packages/certwright/dist/main.js"))) {
    execFileSync(
      process.execPath,
      [join(root, "node_modules/rolldown/bin/cli.mjs"), "--config", "rolldown.config.ts"],
      { cwd: root, stdio: "ignore" },
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "certwright-cpu-"));
  const report = join(folder, "cpu");
  const hook = join(folder, "hook.cjs");
  writeFileSync(hook, hookText(report));
  try {
    let ours = Infinity;
    let peer = Infinity;
    for (let i = 0; i < runs; i++) {
      peer = Math.min(peer, cpuOf(hook, report, ["-e", "0"]));
      ours = Math.min(ours, cpuOf(hook, report, args));
    }
    return { name, ours, peer, ratio: ours / peer, unit: "ms CPU" };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** CPU of user and system in all threads, written by the process itself as it ends: Node tells no parent of it. */
const hookText = (report: string): string => `"use strict";
process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  require("node:fs").writeFileSync(${JSON.stringify(report)}, String((user + system) / 1000));
});
`;

const cpuOf = (hook: string, report: string, args: readonly string[]): number => {
  const outcome = spawnSync(process.execPath, ["--require", hook, ...args], { stdio: "ignore" });
  if (outcome.status !== 0) throw new Error(`${args.join(" ")} ended with ${outcome.status}`);
  return Number(readFileSync(report, "utf8"));
};
